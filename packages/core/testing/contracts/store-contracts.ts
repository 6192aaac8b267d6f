import { chooseCourseRepositoryContract } from './choose-course-repository.contract.js'
import { courseCatalogueContract } from './course-catalogue.contract.js'
import type { TestRunner } from './define-contract.js'
import { evidenceJournalContract } from './evidence-journal.contract.js'
import { type IdGeneratorHarness, idGeneratorContract } from './id-generator.contract.js'
import { operatorLogContract } from './operator-log.contract.js'
import { orderRepositoryContract } from './order-repository.contract.js'
import { orderViewsContract } from './order-views.contract.js'
import { outboxPortContract } from './outbox-port.contract.js'
import { paymentLedgerContract } from './payment-ledger.contract.js'
import { pollScheduleContract } from './poll-schedule.contract.js'
import type { LearningStoreHarness, OrderStoreHarness } from './store-harness.js'

/** A store of both services, to be put through the suites of all its ports. */
export interface StoreCandidate {
  readonly name: string
  makeOrderHarness(): Promise<OrderStoreHarness>
  makeLearningHarness(): Promise<LearningStoreHarness>
  makeIdHarness(): Promise<IdGeneratorHarness>
}

/** Every suite of a store. Call the suites one by one to name deviations. */
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
  operatorLogContract(runner, { ...learning, name: `${name}, of the learning centre` })

  idGeneratorContract(runner, { name, makeHarness: candidate.makeIdHarness })
}
