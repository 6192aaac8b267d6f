import { storeContracts } from '@coursepay/core/contracts'
import { describe, it } from 'vitest'
import { sqliteIdHarness, sqliteLearningHarness, sqliteOrderHarness } from './support/sqlite-harness.js'

storeContracts(
  { describe, it },
  {
    name: 'SQLite',
    makeOrderHarness: sqliteOrderHarness,
    makeLearningHarness: sqliteLearningHarness,
    makeIdHarness: sqliteIdHarness,
  },
)
