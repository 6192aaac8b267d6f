// #region contract
import * as contracts from '@coursepay/core/contracts'
import { describe, it } from 'vitest'
import { fileIdsHarness, fileLearningStoreHarness, fileOrderStoreHarness } from './support/file-store-harness.js'

const runner = { describe, it }
const orderStore = { name: 'in a file', makeHarness: fileOrderStoreHarness }
const learningStore = { name: 'in a file', makeHarness: fileLearningStoreHarness }

contracts.orderRepositoryContract(runner, orderStore)
contracts.outboxPortContract(runner, orderStore)
contracts.evidenceJournalContract(runner, orderStore)
contracts.pollScheduleContract(runner, orderStore)
contracts.orderViewsContract(runner, orderStore)
contracts.paymentLedgerContract(runner, orderStore)
contracts.operatorLogContract(runner, orderStore)

contracts.chooseCourseRepositoryContract(runner, learningStore)
contracts.courseCatalogueContract(runner, learningStore)
contracts.operatorLogContract(runner, { ...learningStore, name: 'in a file of the learning centre' })

contracts.idGeneratorContract(runner, { name: 'in a file', makeHarness: fileIdsHarness })
// #endregion
