import type { Checkout } from '@coursepay/core'
import { Service } from '@coursepay/core/container'
import { ContainerModule } from 'inversify'
import type { CheckoutAppDeps } from './checkout-app-deps.js'
import { createCheckoutApp } from './create-checkout-app.js'

/** Under this the app is bound. */
export const CheckoutApp = Symbol.for('coursepay.CheckoutApp')

/** Binds the HTTP app of a whole checkout. */
export const httpModule = (
  rest: Omit<
    CheckoutAppDeps,
    'orders' | 'buyer' | 'operator' | 'operatorViews' | 'entitlements' | 'payments' | 'learning'
  >,
) =>
  new ContainerModule(({ bind }) => {
    bind(CheckoutApp)
      .toResolvedValue(
        ({ orders, learning }: Checkout) =>
          createCheckoutApp({
            ...rest,
            orders: orders.service,
            buyer: orders.buyer,
            operator: orders.operator,
            operatorViews: orders.views,
            entitlements: learning.entitlements,
            payments: orders.callbacks,
            learning: learning.service,
          }),
        [Service.checkout],
      )
      .inSingletonScope()
  })
