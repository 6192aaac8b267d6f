import type { PollSchedule, ScheduleEntry } from '../../src/orders/ports/poll-schedule.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { SAMPLE_TIME, sampleScheduleEntry } from './sample-data.js'
import { callConcurrently, indexOfWinner, type OrderStoreHarness, storeClauses } from './store-harness.js'

const [first, second, third] = [1, 2, 3].map((count) => sampleScheduleEntry(count)) as [
  ScheduleEntry,
  ScheduleEntry,
  ScheduleEntry,
]
const refund = sampleScheduleEntry(1, { purpose: 'refund', outRequestNo: 'r-1' })

const listPolls = (schedule: PollSchedule) => schedule.listDue('poll', SAMPLE_TIME + 1_000_000, 100)

export const pollScheduleContract = defineContract<OrderStoreHarness>()('PollSchedule', {
  'lists an entry from the moment it is due, as it was': async ({ store: { schedule } }) => {
    await schedule.schedule(first)
    equal(await schedule.listDue('poll', first.dueAt - 1, 10), [])
    equal(await schedule.listDue('poll', first.dueAt, 10), [first])
  },

  'lists the longest due first, no more than asked for': async ({ store: { schedule } }) => {
    for (const entry of [third, first, second]) await schedule.schedule(entry)
    equal(await listPolls(schedule), [first, second, third])
    equal(await schedule.listDue('poll', SAMPLE_TIME + 1_000, 2), [first, second])
  },

  'keeps purposes apart': async ({ store: { schedule } }) => {
    await schedule.schedule(first)
    await schedule.schedule(refund)
    equal(await listPolls(schedule), [first])
    equal(await schedule.listDue('refund', SAMPLE_TIME + 1_000, 10), [refund])
    equal(await schedule.reschedule(refund, null), true)
    equal(await listPolls(schedule), [first])
  },

  'keeps refunds of one payment apart by their number, also by upper and lower case': async ({
    store: { schedule },
  }) => {
    const others = ['', 'R-1', 'r-2'].map((outRequestNo) => ({ ...refund, outRequestNo }))
    for (const entry of [refund, ...others]) await schedule.schedule(entry)
    equal((await schedule.listDue('refund', SAMPLE_TIME + 1_000, 10)).length, 4, 'the number of entries')
    equal(await schedule.reschedule(refund, null), true)
    const left = await schedule.listDue('refund', SAMPLE_TIME + 1_000, 10)
    equal(left.map(({ outRequestNo }) => outRequestNo).sort(), ['', 'R-1', 'r-2'])
  },

  'keeps the first entry of a key as it is, also for many callers at once': async ({ store: { schedule } }) => {
    await callConcurrently(8, () => schedule.schedule(first))
    for (const dueAt of [SAMPLE_TIME - 5, SAMPLE_TIME + 5]) await schedule.schedule({ ...first, dueAt })
    equal(await listPolls(schedule), [first])
  },

  'moves an entry to its next time, or removes it, and no other, above 2^53 too': async ({ store: { schedule } }) => {
    ensure(Number(first.payNo) === Number(second.payNo), 'The two numbers are one number to a float.')
    const moved = { ...first, dueAt: SAMPLE_TIME + 50 }
    const again = { ...first, dueAt: SAMPLE_TIME }
    for (const entry of [first, second]) await schedule.schedule(entry)
    equal(await schedule.reschedule(first, moved.dueAt), true)
    equal(await listPolls(schedule), [second, moved])
    equal(await schedule.reschedule(moved, null), true)
    equal(await listPolls(schedule), [second])
    await schedule.schedule(again)
    equal(await listPolls(schedule), [again, second])
  },

  'answers true to a move, also to the same time, and false to a repeated move or removal': async ({
    store: { schedule },
  }) => {
    await schedule.schedule(first)
    equal(await schedule.reschedule(first, first.dueAt), true, 'a move to the same time')
    equal(await schedule.reschedule(first, SAMPLE_TIME + 50), true)
    equal(await schedule.reschedule(first, SAMPLE_TIME + 60), false, 'a second move')
    equal(await schedule.reschedule(first, null), false, 'a removal by the old time')
    equal(await listPolls(schedule), [{ ...first, dueAt: SAMPLE_TIME + 50 }])
    equal(await schedule.reschedule({ ...first, dueAt: SAMPLE_TIME + 50 }, null), true)
    equal(await schedule.reschedule({ ...first, dueAt: SAMPLE_TIME + 50 }, null), false, 'a second removal')
    equal(await schedule.reschedule(second, SAMPLE_TIME + 60), false, 'a move of what is not there')
    equal(await listPolls(schedule), [])
  },

  'lets one of many callers move an entry': async ({ store: { schedule } }) => {
    await schedule.schedule(first)
    const moved = await callConcurrently(8, (index) => schedule.reschedule(first, SAMPLE_TIME + 50 + index))
    equal(await listPolls(schedule), [{ ...first, dueAt: SAMPLE_TIME + 50 + indexOfWinner(moved, true) }])
  },

  'tells which payments have a poll entry': async ({ store: { schedule } }) => {
    await schedule.schedule(first)
    await schedule.schedule({ ...refund, payNo: second.payNo })
    equal([...(await schedule.polledOf([first.payNo, second.payNo, third.payNo]))], [first.payNo])
    equal([...(await schedule.polledOf([]))], [])
  },

  'gives one of many callers a query slot, at once and at its next time': async ({ store: { schedule } }) => {
    const acquire = ({ payNo }: ScheduleEntry, afterMs: number) =>
      schedule.tryAcquireQuerySlot(payNo, SAMPLE_TIME + afterMs, SAMPLE_TIME + afterMs + 1_000)
    for (const afterMs of [0, 1_000]) {
      indexOfWinner(await callConcurrently(8, () => acquire(first, afterMs)), true)
      equal(await acquire(first, afterMs + 999), false, 'before its time')
    }
    equal(await acquire(second, 0), true, 'of another payment')
  },

  ...storeClauses<OrderStoreHarness>({
    calls: ({ store: { schedule } }) => [
      schedule.schedule(first),
      schedule.listDue('poll', SAMPLE_TIME, 10),
      schedule.reschedule(first, null),
      schedule.polledOf([first.payNo]),
      schedule.tryAcquireQuerySlot(first.payNo, SAMPLE_TIME, SAMPLE_TIME),
    ],
    async write({ store: { schedule } }) {
      const given = sampleScheduleEntry(1)
      await schedule.schedule(given)
      await schedule.tryAcquireQuerySlot(given.payNo, SAMPLE_TIME, SAMPLE_TIME + 1_000)
      return given
    },
    read: async ({ store: { schedule } }) => [
      await listPolls(schedule),
      await schedule.tryAcquireQuerySlot(first.payNo, SAMPLE_TIME, SAMPLE_TIME + 1_000),
    ],
  }),
})
