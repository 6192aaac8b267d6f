import {
  chooseCourseRepositoryContract,
  courseCatalogueContract,
  evidenceJournalContract,
  type IdGeneratorHarness,
  idGeneratorContract,
  type LearningStoreHarness,
  type OrderStoreHarness,
  operatorLogContract,
  orderRepositoryContract,
  orderViewsContract,
  outboxPortContract,
  paymentLedgerContract,
  pollScheduleContract,
  type TestRunner,
} from '@coursepay/core/contracts'

interface StoreCandidate {
  readonly name: string
  makeOrderHarness(): Promise<OrderStoreHarness>
  makeLearningHarness(): Promise<LearningStoreHarness>
  makeIdHarness(): Promise<IdGeneratorHarness>
}

/** Every suite of core that is about what this package does. */
export function storeContracts(runner: TestRunner, candidate: StoreCandidate): void {
  const { name } = candidate
  const orders = { name, makeHarness: candidate.makeOrderHarness }
  const learning = { name, makeHarness: candidate.makeLearningHarness }

  orderRepositoryContract(runner, orders)
  orderViewsContract(runner, orders)
  evidenceJournalContract(runner, orders)
  outboxPortContract(runner, orders)
  paymentLedgerContract(runner, orders)
  pollScheduleContract(runner, orders)
  operatorLogContract(runner, orders)

  chooseCourseRepositoryContract(runner, learning)
  courseCatalogueContract(runner, learning)
  idGeneratorContract(runner, { name, makeHarness: candidate.makeIdHarness })
}
