import type { Checkout } from '@coursepay/core'
import { CheckoutToken } from '@coursepay/core/container'
import { ContainerModule } from 'inversify'
import { type CheckoutRoutesOptions, checkoutRoutes } from './checkout-routes.js'

/** Under this the routes are bound, to be had by `container.getAsync`. */
export const CheckoutRoutesToken = Symbol.for('coursepay.CheckoutRoutes')

/** Binds the routes of the checkout that `checkoutModule` opens. */
export const httpModule = (options: CheckoutRoutesOptions) =>
  new ContainerModule(({ bind }) => {
    bind(CheckoutRoutesToken)
      .toResolvedValue((checkout: Checkout) => checkoutRoutes(checkout, options), [CheckoutToken])
      .inSingletonScope()
  })
