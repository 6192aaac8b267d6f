import type { PaymentLedgerHarness } from '../../testing/contracts/index.js'
import { inMemoryOrderStores, inMemoryPaymentLedger, settableClock } from '../../testing/fakes/index.js'
import { FAKE_SECRET } from './fake-secret.js'

export async function paymentLedgerHarness(): Promise<PaymentLedgerHarness> {
  const clock = settableClock()
  let store = inMemoryOrderStores(clock)
  return {
    get stores() {
      return store.stores
    },
    get unitOfWork() {
      return store.unitOfWork
    },
    get ledger() {
      return inMemoryPaymentLedger(store.session)
    },
    async reopen() {
      store = inMemoryOrderStores(clock, store.tables)
    },
    breakDown: async () => store.faults.breakDown(),
    secrets: [FAKE_SECRET],
    dispose: async () => {},
  }
}
