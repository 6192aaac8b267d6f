// One suite for each port. Call it with your test runner and your implementation: `outboxPortContract({ describe, it }, …)`.
export { ensure, equal, failureOf, rejectsWithCode } from './assertions.js'
export { type BilledPayment, type BillSourceHarness, billSourceContract } from './bill-source.contract.js'
export { buyerOrdersContract } from './buyer-orders.contract.js'
export { chooseCourseRepositoryContract } from './choose-course-repository.contract.js'
export { courseCatalogueContract } from './course-catalogue.contract.js'
export { courseTableRepositoryContract } from './course-table-repository.contract.js'
export {
  type Candidate,
  type Contract,
  defineContract,
  type Harness,
  runClause,
  type TestRunner,
} from './define-contract.js'
export { evidenceJournalContract } from './evidence-journal.contract.js'
export { handledMessagesContract } from './handled-messages.contract.js'
export { type IdGeneratorHarness, idGeneratorContract } from './id-generator.contract.js'
export { type MessagePublisherHarness, messagePublisherContract } from './message-publisher.contract.js'
export { messageSubscriberContract } from './message-subscriber.contract.js'
export type { MessageSubscriberHarness, SetAside } from './message-subscriber-harness.js'
export { notifyReaderContract } from './notify-reader.contract.js'
export { operationsViewContract } from './operations-view.contract.js'
export { orderRepositoryContract } from './order-repository.contract.js'
export { orderServiceContract } from './order-service.contract.js'
export type { OrderServiceHarness } from './order-service-harness.js'
export { outboxPortContract } from './outbox-port.contract.js'
export { payRecordRepositoryContract } from './pay-record-repository.contract.js'
export { paymentGatewayContract } from './payment-gateway.contract.js'
export type { PaymentGatewayHarness } from './payment-gateway-harness.js'
export { type PaymentLedgerHarness, paymentLedgerContract } from './payment-ledger.contract.js'
export { paymentWatchContract } from './payment-watch.contract.js'
export { refundRepositoryContract } from './refund-repository.contract.js'
export * from './sample-data.js'
export * from './simulation/index.js'
export type { LearningStoresHarness, OrderStoresHarness, StoreHarness } from './store-harness.js'
export { unitOfWorkContract } from './unit-of-work.contract.js'
