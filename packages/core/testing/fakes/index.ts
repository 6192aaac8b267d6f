// In-memory stand-ins for every port, for tests of what is built on core. They pass the same contract suites as the real ones.
export type { NotifyFields } from './fake-notify-format.js'
export { type FixedPriceSource, fixedPriceSource } from './fixed-price-source.js'
export {
  type BillMode,
  type FakeBooking,
  type InMemoryBillSource,
  inMemoryBillSource,
} from './in-memory-bill-source.js'
export { type InMemoryBroker, inMemoryBroker, type PublishMode } from './in-memory-broker.js'
export { type InMemoryCheckout, inMemoryCheckout } from './in-memory-checkout.js'
export type { Session, StoreFaults, Views } from './in-memory-database.js'
export type { AnswerMode } from './in-memory-gateway-answers.js'
export { type InMemoryLearningStores, inMemoryLearningStores } from './in-memory-learning-stores.js'
export { type InMemoryOrderStores, inMemoryOrderStores } from './in-memory-order-stores.js'
export type { OutboxRow, PayRecordRow, RefundRow } from './in-memory-order-tables.js'
export {
  type FakeBuyer,
  fakeMerchant,
  type InMemoryPaymentGateway,
  inMemoryPaymentGateway,
} from './in-memory-payment-gateway.js'
export { inMemoryPaymentLedger } from './in-memory-payment-ledger.js'
export type { DeadLetter } from './in-memory-queue.js'
export type { TableView } from './in-memory-table.js'
export { type ManualScheduler, manualScheduler } from './manual-scheduler.js'
export { nextTurn } from './next-turn.js'
export { type SequentialIds, sequentialIds } from './sequential-ids.js'
export { sequentialTokens } from './sequential-tokens.js'
export { type SettableClock, settableClock } from './settable-clock.js'
