import { describe, it } from 'vitest'
import {
  evidenceJournalContract,
  orderRepositoryContract,
  outboxPortContract,
  payRecordRepositoryContract,
  refundRepositoryContract,
  unitOfWorkContract,
} from '../src/contracts/index.js'
import { orderStoresHarness } from './harnesses/order-stores-harness.js'

const runner = { describe, it }
const orderStores = { name: 'in memory', makeHarness: orderStoresHarness }

orderRepositoryContract(runner, orderStores)
payRecordRepositoryContract(runner, orderStores)
refundRepositoryContract(runner, orderStores)
outboxPortContract(runner, orderStores)
evidenceJournalContract(runner, orderStores)
unitOfWorkContract(runner, orderStores)
