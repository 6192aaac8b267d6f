import type { OrderStoreHarness } from '../../testing/contracts/index.js'
import { inMemoryOrderStore, settableClock } from '../../testing/fakes/index.js'
import { FAKE_SECRET } from './fake-secret.js'

export async function orderStoreHarness(): Promise<OrderStoreHarness> {
  const clock = settableClock()
  let store = inMemoryOrderStore(clock)
  return {
    get store() {
      return store
    },
    secrets: [FAKE_SECRET],
    passTime: async (ms) => clock.advance(ms),
    async reopen() {
      store = inMemoryOrderStore(clock, store.rows)
    },
    breakDown: async () => store.faults.breakDown(),
    loseCommitAnswerOnce: async () => store.faults.loseCommitAnswerOnce(),
    dispose: async () => {},
  }
}
