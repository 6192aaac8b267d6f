// One suite for each port. Call it with your test runner and your implementation: `outboxPortContract({ describe, it },
// …)`.
export type { DeadLetteredMessage } from '../fakes/in-memory-queue.js'
export { ensure, equal, failureOf, rejectsWithCode } from './assertions.js'
export { type BilledPayment, type BillSourceHarness, billSourceContract } from './bill-source.contract.js'
export { chooseCourseRepositoryContract } from './choose-course-repository.contract.js'
export { courseCatalogueContract } from './course-catalogue.contract.js'
export {
  type Contract,
  type ContractCandidate,
  defineContract,
  type Harness,
  type HarnessWithSecrets,
  runClause,
  type TestRunner,
} from './define-contract.js'
export { entitlementServiceContract } from './entitlement-service.contract.js'
export { evidenceJournalContract } from './evidence-journal.contract.js'
export { type IdGeneratorHarness, idGeneratorContract } from './id-generator.contract.js'
export { freeCourse, type LearningHarness, learningServiceContract, paidCourse } from './learning-service.contract.js'
export { type MessagePublisherHarness, messagePublisherContract } from './message-publisher.contract.js'
export { messageSubscriberContract } from './message-subscriber.contract.js'
export type { MessageSubscriberHarness } from './message-subscriber-harness.js'
export { notifyReaderContract } from './notify-reader.contract.js'
export { type OperatorLogHarness, operatorLogContract } from './operator-log.contract.js'
export { type OperatorServiceHarness, operatorServiceContract } from './operator-service.contract.js'
export { orderRepositoryContract } from './order-repository.contract.js'
export { orderServiceContract } from './order-service.contract.js'
export type { OrderServiceHarness } from './order-service-harness.js'
export { orderViewsContract } from './order-views.contract.js'
export { outboxPortContract } from './outbox-port.contract.js'
export { type PaymentCallbacksHarness, paymentCallbacksContract } from './payment-callbacks.contract.js'
export { paymentGatewayContract } from './payment-gateway.contract.js'
export type { PaymentGatewayHarness } from './payment-gateway-harness.js'
export { paymentLedgerContract } from './payment-ledger.contract.js'
export { pollScheduleContract } from './poll-schedule.contract.js'
export { type PriceSourceHarness, priceSourceContract } from './price-source.contract.js'
export { type ReferenceClockHarness, referenceClockContract } from './reference-clock.contract.js'
export * from './sample-data.js'
export { type StoreCandidate, storeContracts } from './store-contracts.js'
export type { LearningStoreHarness, OrderStoreHarness, StoreHarness } from './store-harness.js'
