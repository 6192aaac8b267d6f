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
  },
)
