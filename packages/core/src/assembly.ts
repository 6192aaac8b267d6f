// The long form of `createCheckout`: the services, their workers and the relay, part by part.
export { type AssembledCheckout, assembleCheckout, type CheckoutParts } from './assemble-checkout.js'
export { coursePriceSource } from './learning/application/course-price-source.js'
export { createLearningModule, type LearningModuleParts } from './learning/application/create-learning-module.js'
export type { LearningDependencies } from './learning/application/learning-dependencies.js'
export { relayOutbox } from './messaging/relay-outbox.js'
export {
  defaultRelaySettings,
  maxDuplicates,
  type RelayReport,
  type RelaySettings,
} from './messaging/relay-settings.js'
export {
  createOrderModule,
  type OrderModuleParts,
  type OrderWorkerName,
} from './orders/application/create-order-module.js'
export { createOrderUseCases, type OrderUseCases } from './orders/application/create-order-use-cases.js'
export type { OrderDependencies } from './orders/application/order-dependencies.js'
export { defaultRetentionDays, deleteExpiredBatches, type RetentionDays } from './shared/delete-expired.js'
export { systemPayTokens } from './shared/system-pay-tokens.js'
export { systemClock, systemScheduler } from './shared/system-time.js'
export { createTrustedClock, type TrustedClockOptions } from './shared/trusted-clock.js'
export { createWorker, type Worker, type WorkerJob } from './shared/worker.js'
