import { describe, expect, it } from 'vitest'
import { openShop, rateLimiterOf, unlimited } from '../../../../test/shop.js'
import type { PayNo } from '../../../index.js'
import { processDueRefunds } from './process-due-refunds.js'
import type { RefundProgress } from './process-refund.js'

/** Three refunds of payments that nobody knows are due, and end as `progress` says, in turn. */
async function openDueRefunds(...progress: readonly RefundProgress[]) {
  const { orderStore: store, clock } = await openShop()
  const entries = ['1', '2', '3'].map((payNo, index) => ({
    ...{ purpose: 'refund', payNo: payNo as PayNo, outRequestNo: 'R', dueAt: clock.now() - 3 + index },
  })) as Parameters<typeof store.schedule.schedule>[0][]
  for (const entry of entries) await store.schedule.schedule(entry)
  const processed: string[] = []
  const process = async ({ payNo }: { readonly payNo: string }) => {
    processed.push(payNo)
    return progress[processed.length - 1] ?? 'pending'
  }
  const dueAt = () => [...store.rows.schedule.values()].map((entry) => [entry.payNo, entry.dueAt - clock.now()])
  const round = (rateLimiter = unlimited, batch = 20) =>
    processDueRefunds({ store, clock }, process, rateLimiter, batch)()
  return { round, dueAt, processed, store, entries }
}

describe('the refund worker', () => {
  it('removes what is done, and looks at what is pending again after 25 s', async () => {
    const { round, dueAt } = await openDueRefunds('done', 'pending', 'done')
    expect(await round()).toEqual({ done: 2, pending: 1, more: false })
    expect(dueAt()).toEqual([['2', 25_000]])
  })

  it('processes no more than the rate limit allows, and the rest in the next round', async () => {
    const { round, processed } = await openDueRefunds('done', 'done', 'done')
    expect(await round(rateLimiterOf(2))).toEqual({ done: 2, pending: 0, more: false })
    expect(processed).toEqual(['1', '2'])
    expect(await round()).toMatchObject({ done: 1 })
  })

  it.each([
    ['a full batch of which one is done', ['done', 'pending'], 2, true],
    ['a full batch of which none is done', ['pending', 'pending'], 2, false],
    ['a batch that is not full', ['done', 'done', 'done'], 4, false],
  ] as const)('after %s begins again at once: %s', async (_, progress, batch, more) => {
    const { round } = await openDueRefunds(...progress)
    expect((await round(unlimited, batch)).more).toBe(more)
  })

  it('drops the entry of a payment that nobody knows', async () => {
    const shop = await openShop()
    const entry = { purpose: 'refund', payNo: '9' as PayNo, outRequestNo: 'R', dueAt: 0 } as const
    await shop.orderStore.schedule.schedule(entry)
    await shop.advance(10_000)
    expect([shop.orderStore.rows.schedule.size, shop.workerErrors]).toEqual([0, []])
  })

  it('leaves an entry that another process took', async () => {
    const { round, processed, store, entries } = await openDueRefunds('done', 'done')
    const { listDue } = store.schedule
    Object.assign(store.schedule, {
      async listDue(...given: Parameters<typeof listDue>) {
        const due = await listDue(...given)
        const [first] = entries
        if (first !== undefined) await store.schedule.reschedule(first, first.dueAt + 90_000)
        return due
      },
    })
    expect(await round()).toEqual({ done: 2, pending: 0, more: false })
    expect(processed).toEqual(['2', '3'])
  })
})
