// In-memory stand-ins for every port, for tests of what is built on core. They pass the same contract suites as the
// real ones.
export type { NotifyFields } from './fake-notify-format.js'
export { fixedPriceSource } from './fixed-price-source.js'
export {
  type BillMode,
  type FakeBooking,
  type InMemoryBillSource,
  inMemoryBillSource,
} from './in-memory-bill-source.js'
export { type InMemoryBroker, inMemoryBroker, type PublishMode } from './in-memory-broker.js'
export { type InMemoryCheckout, inMemoryCheckout } from './in-memory-checkout.js'
export type { AnswerMode } from './in-memory-gateway-answers.js'
export {
  type InMemoryLearningStore,
  inMemoryLearningRows,
  inMemoryLearningStore,
  type LearningRows,
  learningStoreIn,
  type RowLearningStore,
} from './in-memory-learning-store.js'
export { inMemoryOrderRows, type OrderRows, type OutboxRow } from './in-memory-order-rows.js'
export { type InMemoryOrderStore, inMemoryOrderStore, orderStoreIn } from './in-memory-order-store.js'
export {
  type FakeBuyer,
  type FakeMerchantConsole,
  fakeMerchant,
  type InMemoryPaymentGateway,
  inMemoryPaymentGateway,
} from './in-memory-payment-gateway.js'
export type { DeadLetteredMessage } from './in-memory-queue.js'
export { type ManualScheduler, manualScheduler } from './manual-scheduler.js'
export { nextTurn } from './next-turn.js'
export type { RowStorage } from './row-storage.js'
export { type SequentialIds, sequentialIds, sequentialTokens } from './sequential-ids.js'
export { referenceClockOf, type SettableClock, settableClock } from './settable-clock.js'
export type { StoreFaults } from './store-faults.js'
