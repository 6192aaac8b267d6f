import { ContainerModule } from 'inversify'
import { type AssembledCheckout, assembleCheckout, type CheckoutParts } from './assemble-checkout.js'
import { createLearningModule, type LearningModuleParts } from './learning/application/create-learning-module.js'
import { createOrderModule, type OrderModuleParts } from './orders/application/create-order-module.js'

const token = (name: string) => Symbol.for(`coursepay.${name}`)

/** What a container must be given for core's modules: the parts that the adapters and the shop bind. */
export const PortToken = {
  /** `OrderModuleParts`. For `checkoutModule`, `priceSources` may be left out. */
  orderParts: token('OrderModuleParts'),
  /** `LearningModuleParts`. */
  learningParts: token('LearningModuleParts'),
} as const

/** What core's modules bind. */
export const Service = {
  orderModule: token('OrderModule'),
  learningModule: token('LearningModule'),
  checkout: token('Checkout'),
} as const

/** The order service alone. Binds `Service.orderModule`. */
export const orderModule = new ContainerModule(({ bind }) => {
  bind(Service.orderModule)
    .toResolvedValue((parts: OrderModuleParts) => createOrderModule(parts), [PortToken.orderParts])
    .inSingletonScope()
})

/** The learning centre alone. Binds `Service.learningModule`. */
export const learningModule = new ContainerModule(({ bind }) => {
  bind(Service.learningModule)
    .toResolvedValue((parts: LearningModuleParts) => createLearningModule(parts), [PortToken.learningParts])
    .inSingletonScope()
})

/** Both in one process. Binds `Service.checkout`. */
export const checkoutModule = new ContainerModule(({ bind }) => {
  bind(Service.checkout)
    .toResolvedValue(
      (orders: CheckoutParts['orders'], learning: CheckoutParts['learning']): AssembledCheckout =>
        assembleCheckout({ orders, learning }),
      [PortToken.orderParts, PortToken.learningParts],
    )
    .inSingletonScope()
})
