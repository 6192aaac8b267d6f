import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, StoreAdapter } from '@coursepay/core'
import { fileIds } from './file-ids.js'
import { fileLearningStore } from './learning-store.js'
import { fileOrderStore } from './order-store.js'

// #region adapter
/** A store in a folder of its own: `createCheckout({ store: fileStore('./data/shop', { now: Date.now }), … })`. */
export const fileStore = (folder: string, clock: Clock): StoreAdapter => ({
  async open() {
    const isNew = !existsSync(folder)
    mkdirSync(folder, { recursive: true })
    const orderStore = fileOrderStore(join(folder, 'orders'), clock)
    const learningStore = fileLearningStore(join(folder, 'learning'))
    const ids = fileIds(join(folder, 'ids'))
    if (isNew) await Promise.all([orderStore.create(), learningStore.create(), ids.create()])
    return {
      orderStore,
      learningStore,
      ids,
      publishCourses: learningStore.publish,
      ping: async () => void (await orderStore.schedule.listDue('poll', 0, 1)),
      close: async () => {},
    }
  },
})
// #endregion
