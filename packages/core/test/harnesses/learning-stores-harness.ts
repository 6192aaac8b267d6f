import type { LearningStoresHarness } from '../../testing/contracts/index.js'
import { inMemoryLearningStores } from '../../testing/fakes/index.js'
import { FAKE_SECRET } from './fake-secret.js'

export async function learningStoresHarness(): Promise<LearningStoresHarness> {
  let store = inMemoryLearningStores()
  return {
    get stores() {
      return store.stores
    },
    get unitOfWork() {
      return store.unitOfWork
    },
    get catalogue() {
      return store.catalogue
    },
    secrets: [FAKE_SECRET],
    async reopen() {
      store = inMemoryLearningStores([], store.tables)
    },
    breakDown: async () => store.faults.breakDown(),
    async publish(courses) {
      for (const course of courses) await store.publish(course)
    },
    storedIds: (table) =>
      store.session.read((views) => {
        if (table === 'choices') return views.choices.all().map((choice) => choice.id)
        return views.courseTable.all().map((entry) => entry.chooseCourseId)
      }),
    dispose: async () => {},
  }
}
