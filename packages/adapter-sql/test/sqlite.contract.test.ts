import { describe, it } from 'vitest'
import { sqliteIdHarness, sqliteLearningHarness, sqliteOrderHarness } from './support/sqlite-harness.js'
import { storeContracts } from './support/store-contracts.js'

storeContracts(
  { describe, it },
  {
    name: 'SQLite',
    makeOrderHarness: sqliteOrderHarness,
    makeLearningHarness: sqliteLearningHarness,
    makeIdHarness: sqliteIdHarness,
    unitOfWorkDeviations: [
      {
        clause: 'runs the work again after a conflict, and keeps only what the last run wrote',
        reason: 'SQLite lets in one writer at a time, so units never conflict',
      },
    ],
  },
)
