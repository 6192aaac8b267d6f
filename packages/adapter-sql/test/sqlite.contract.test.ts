import {
  chooseCourseRepositoryContract,
  courseCatalogueContract,
  courseTableRepositoryContract,
  evidenceJournalContract,
  handledMessagesContract,
  idGeneratorContract,
  orderRepositoryContract,
  outboxPortContract,
  payRecordRepositoryContract,
  refundRepositoryContract,
  unitOfWorkContract,
} from '@coursepay/core/contracts'
import { describe, it } from 'vitest'
import { sqliteIdHarness, sqliteLearningHarness, sqliteOrderHarness } from './support/sqlite-harness.js'

const runner = { describe, it }
const orders = { name: 'SQLite', makeHarness: sqliteOrderHarness }
const learning = { name: 'SQLite', makeHarness: sqliteLearningHarness }

orderRepositoryContract(runner, orders)
payRecordRepositoryContract(runner, orders)
refundRepositoryContract(runner, orders)
evidenceJournalContract(runner, orders)
outboxPortContract(runner, orders)
unitOfWorkContract(runner, {
  ...orders,
  deviations: [
    {
      clause: 'runs the work again after a conflict, and keeps only what the last run wrote',
      reason: 'SQLite lets in one writer at a time, so units never conflict',
    },
  ],
})

chooseCourseRepositoryContract(runner, learning)
courseTableRepositoryContract(runner, learning)
handledMessagesContract(runner, learning)
courseCatalogueContract(runner, learning)
idGeneratorContract(runner, { name: 'SQLite', makeHarness: sqliteIdHarness })
