import { ContainerModule } from 'inversify'
import type { MessagesAdapter, PaymentsAdapter, StoreAdapter } from './checkout-adapters.js'
import type { CheckoutOptions } from './checkout-options.js'
import { createCheckout } from './create-checkout.js'

const createPortToken = (name: string) => Symbol.for(`coursepay.${name}`)

/** The tokens that the host binds: three adapters, and what the shop sells. */
export const PortToken = {
  store: createPortToken('Store'),
  payments: createPortToken('Payments'),
  messages: createPortToken('Messages'),
  /** `CheckoutOptions` without the adapters: `publicUrl`, `products`, settings. */
  shop: createPortToken('Shop'),
} as const

/** The running `Checkout`, to be had by `container.getAsync`. */
export const CheckoutToken = createPortToken('Checkout')

/**
 * Binds `createCheckout` to `CheckoutToken`, once for the container. `container.unbindAll` does not stop it: call
 * `checkout.stop`.
 */
export const checkoutModule = new ContainerModule(({ bind }) => {
  bind(CheckoutToken)
    .toResolvedValue(
      (
        store: StoreAdapter,
        payments: PaymentsAdapter,
        messages: MessagesAdapter,
        shop: Omit<CheckoutOptions, 'store' | 'payments' | 'messages'>,
      ) => createCheckout({ ...shop, store, payments, messages }),
      [PortToken.store, PortToken.payments, PortToken.messages, PortToken.shop],
    )
    .inSingletonScope()
})
