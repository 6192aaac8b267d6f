import { expect, it } from 'vitest'
import { defaultRetentionDays, deleteExpiredBatches } from './delete-expired.js'

const DAY_MS = 86_400_000
const clock = { now: () => 1_000 * DAY_MS }

it('a round deletes nothing while the clock is not trusted', async () => {
  const retention = { deleteBefore: () => Promise.reject(new Error('Something is deleted.')) }
  await deleteExpiredBatches(retention, { ...clock, verify: async () => false }, defaultRetentionDays)
})

it('a round deletes one batch of each kind that is older than its days', async () => {
  const deleted: unknown[] = []
  const retention = {
    async deleteBefore(kind: string, before: number, limit: number) {
      deleted.push([kind, before / DAY_MS, limit])
      return limit
    },
  }
  await deleteExpiredBatches(retention, clock, { ...defaultRetentionDays, dead_letter: Number.POSITIVE_INFINITY })
  expect(deleted).toEqual([
    ['evidence', 600, 1_000],
    ['query_slot', 970, 1_000],
    ['handled_message', 820, 1_000],
  ])
})
