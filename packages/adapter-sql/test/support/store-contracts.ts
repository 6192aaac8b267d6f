import {
  buyerOrdersContract,
  chooseCourseRepositoryContract,
  courseCatalogueContract,
  courseTableRepositoryContract,
  evidenceJournalContract,
  handledMessagesContract,
  type IdGeneratorHarness,
  idGeneratorContract,
  type LearningStoresHarness,
  type OrderStoresHarness,
  operationsViewContract,
  orderRepositoryContract,
  outboxPortContract,
  type PaymentLedgerHarness,
  paymentLedgerContract,
  paymentWatchContract,
  payRecordRepositoryContract,
  refundRepositoryContract,
  type TestRunner,
  unitOfWorkContract,
} from '@coursepay/core/contracts'

interface StoreCandidate {
  readonly name: string
  makeOrderHarness(): Promise<OrderStoresHarness & PaymentLedgerHarness>
  makeLearningHarness(): Promise<LearningStoresHarness>
  makeIdHarness(): Promise<IdGeneratorHarness>
  readonly unitOfWorkDeviations?: Parameters<typeof unitOfWorkContract>[1]['deviations']
}

/** Every suite of core that is about what this package does. */
export function storeContracts(runner: TestRunner, candidate: StoreCandidate): void {
  const { name, unitOfWorkDeviations = [] } = candidate
  const orders = { name, makeHarness: candidate.makeOrderHarness }
  const learning = { name, makeHarness: candidate.makeLearningHarness }

  orderRepositoryContract(runner, orders)
  buyerOrdersContract(runner, orders)
  payRecordRepositoryContract(runner, orders)
  refundRepositoryContract(runner, orders)
  evidenceJournalContract(runner, orders)
  outboxPortContract(runner, orders)
  paymentLedgerContract(runner, orders)
  paymentWatchContract(runner, orders)
  operationsViewContract(runner, orders)
  unitOfWorkContract(runner, { ...orders, deviations: unitOfWorkDeviations })

  chooseCourseRepositoryContract(runner, learning)
  courseTableRepositoryContract(runner, learning)
  handledMessagesContract(runner, learning)
  courseCatalogueContract(runner, learning)
  idGeneratorContract(runner, { name, makeHarness: candidate.makeIdHarness })
}
