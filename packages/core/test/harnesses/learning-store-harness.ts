import type { LearningStoreHarness } from '../../testing/contracts/index.js'
import { inMemoryLearningStore } from '../../testing/fakes/index.js'
import { FAKE_SECRET } from './fake-secret.js'

export async function learningStoreHarness(): Promise<LearningStoreHarness> {
  let store = inMemoryLearningStore()
  return {
    get store() {
      return store
    },
    secrets: [FAKE_SECRET],
    async reopen() {
      store = inMemoryLearningStore([], store.rows)
    },
    breakDown: async () => store.faults.breakDown(),
    publish: async (courses) => courses.forEach(store.publish),
    dispose: async () => {},
  }
}
