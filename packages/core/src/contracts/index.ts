// One suite for each port. Call it with your test runner and your implementation: `outboxPortContract({ describe, it }, …)`.
export { ensure, equal, failureOf, rejectsWithCode } from './assertions.js'
export {
  type Candidate,
  type Contract,
  defineContract,
  type Harness,
  runClause,
  type TestRunner,
} from './define-contract.js'
export { evidenceJournalContract } from './evidence-journal.contract.js'
export { orderRepositoryContract } from './order-repository.contract.js'
export { outboxPortContract } from './outbox-port.contract.js'
export { payRecordRepositoryContract } from './pay-record-repository.contract.js'
export { refundRepositoryContract } from './refund-repository.contract.js'
export * from './sample-data.js'
export type { LearningStoresHarness, OrderStoresHarness, StoreHarness } from './store-harness.js'
export { unitOfWorkContract } from './unit-of-work.contract.js'
