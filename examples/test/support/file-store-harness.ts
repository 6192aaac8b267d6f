import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CheckoutError, type OpenedCheckoutStore } from '@coursepay/core'
import type { IdGeneratorHarness, LearningStoreHarness, OrderStoreHarness } from '@coursepay/core/contracts'
import { settableClock } from '@coursepay/core/fakes'
import type { OrderCommit } from '@coursepay/core/ports'
import { fileStore } from '../../src/snippets/your-own-store/file-store.js'

/** The store in a new folder. It breaks down by the loss of that folder. */
export async function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'coursepay-file-store-'))
  const clock = settableClock()
  const open = () => fileStore(join(folder, 'shop')).open(clock)
  let store = await open()
  return {
    clock,
    open,
    current: (): OpenedCheckoutStore => store,
    secrets: [folder],
    async reopen() {
      await store.close()
      store = await open()
    },
    breakDown: async () => rmSync(folder, { recursive: true }),
    dispose: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

export async function fileOrderStoreHarness(): Promise<OrderStoreHarness> {
  const { clock, current, ...rest } = await openFolder()
  let losesAnswer = false
  return {
    ...rest,
    get store() {
      const { orderStore } = current()
      const { orders } = orderStore
      return {
        ...orderStore,
        orders: {
          ...orders,
          async commit(commit: OrderCommit) {
            const outcome = await orders.commit(commit)
            if (!losesAnswer) return outcome
            losesAnswer = false
            throw new CheckoutError('store_unavailable', 'The answer was lost.')
          },
        },
      }
    },
    passTime: async (ms) => clock.advance(ms),
    loseCommitAnswerOnce: async () => {
      losesAnswer = true
    },
  }
}

export async function fileLearningStoreHarness(): Promise<LearningStoreHarness> {
  const { current, ...rest } = await openFolder()
  return {
    ...rest,
    get store() {
      return current().learningStore
    },
    publish: (courses) => current().publishCourses(courses),
  }
}

export async function fileIdsHarness(): Promise<IdGeneratorHarness> {
  const { current, open, ...rest } = await openFolder()
  return { ...rest, ids: current().ids, idsElsewhere: (await open()).ids }
}
