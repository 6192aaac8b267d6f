// #region contract
import { storeContracts } from '@coursepay/core/contracts'
import { describe, it } from 'vitest'
import { fileIdsHarness, fileLearningStoreHarness, fileOrderStoreHarness } from './support/file-store-harness.js'

storeContracts(
  { describe, it },
  {
    name: 'in files',
    makeOrderHarness: fileOrderStoreHarness,
    makeLearningHarness: fileLearningStoreHarness,
    makeIdHarness: fileIdsHarness,
  },
)
// #endregion
