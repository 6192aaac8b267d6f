import type { ScheduleEntry } from '../../src/ports.js'
import { pollScheduleContract, sampleScheduleEntry } from '../../testing/contracts/index.js'
import { orderStoreHarness } from '../harnesses/order-store-harness.js'
import { inOrderStore, rounded, sabotaged, storeSabotage } from './sabotage.js'

const inSchedule = inOrderStore('schedule')

/** Spoils what is listed. */
const listedAs = (spoil: (due: readonly ScheduleEntry[]) => readonly ScheduleEntry[]) =>
  inSchedule((schedule) => ({
    listDue: async (purpose, now, limit) => spoil(await schedule.listDue(purpose, now, limit)),
  }))

/** Reads, decides, and writes without looking again. */
const movesForAll = inSchedule((schedule) => ({
  async reschedule(entry, to) {
    const due = await schedule.listDue(entry.purpose, entry.dueAt, 100)
    if (!due.some(({ payNo, dueAt }) => payNo === entry.payNo && dueAt === entry.dueAt)) return false
    await schedule.reschedule(entry, to)
    return true
  },
}))

export const pollScheduleSabotage = sabotaged(pollScheduleContract, orderStoreHarness, {
  'lists an entry from the moment it is due, as it was': inSchedule((schedule) => ({
    listDue: (purpose, now, limit) => schedule.listDue(purpose, now - 1, limit),
  })),

  'lists the longest due first, no more than asked for': listedAs((due) => due.toReversed()),

  'keeps purposes apart': inSchedule((schedule) => ({
    schedule: (entry) => schedule.schedule({ ...entry, purpose: 'poll' }),
  })),

  'keeps refunds of one payment apart by their number, also by upper and lower case': inSchedule((schedule) => ({
    schedule: (entry) => schedule.schedule({ ...entry, outRequestNo: entry.outRequestNo.toLowerCase() }),
  })),

  'keeps the first entry of a key as it is, also for many callers at once': [
    // An upsert: the last one stays.
    inSchedule((schedule) => ({
      async schedule(entry) {
        const [known] = await schedule.listDue(entry.purpose, Number.MAX_SAFE_INTEGER, 1)
        if (known !== undefined) await schedule.reschedule(known, entry.dueAt)
        await schedule.schedule(entry)
      },
    })),
    // A key of its own for each row.
    (harness) => {
      let rows = 0
      return inSchedule((schedule) => ({
        schedule(entry) {
          rows += 1
          return schedule.schedule({ ...entry, outRequestNo: String(rows) })
        },
      }))(harness)
    },
  ],

  'moves an entry to its next time, or removes it, and no other, above 2^53 too': [
    inSchedule((schedule) => ({
      async reschedule(entry, to) {
        const second = sampleScheduleEntry(2)
        if (to !== null) await schedule.reschedule(second, to)
        return schedule.reschedule(entry, to)
      },
    })),
    inSchedule((schedule) => ({
      schedule: (entry) => schedule.schedule({ ...entry, payNo: rounded(entry.payNo) }),
      reschedule: (entry, to) => schedule.reschedule({ ...entry, payNo: rounded(entry.payNo) }, to),
    })),
    // Moves it far away instead, where it is in the way of the next one.
    inSchedule((schedule) => ({
      reschedule: (entry, to) => schedule.reschedule(entry, to ?? 4_000_000_000_000),
    })),
  ],

  'answers true to a move, also to the same time, and false to a repeated move or removal': [
    inSchedule((schedule) => ({
      reschedule: async (entry, to) => (await schedule.reschedule(entry, to)) || entry.outRequestNo === '',
    })),
    // What MySQL counts unless told otherwise: rows that differ, not rows that matched.
    inSchedule((schedule) => ({
      reschedule: async (entry, to) => (await schedule.reschedule(entry, to)) && to !== entry.dueAt,
    })),
  ],

  'lets one of many callers move an entry': movesForAll,

  'tells which payments have a poll entry': inSchedule((schedule) => ({
    async polledOf(payNos) {
      const refunds = await schedule.listDue('refund', Number.MAX_SAFE_INTEGER, 100)
      return new Set([...(await schedule.polledOf(payNos)), ...refunds.map(({ payNo }) => payNo)])
    },
  })),

  'gives one of many callers a query slot, at once and at its next time': [
    inSchedule((schedule) => ({
      tryAcquireQuerySlot: (payNo, now, nextAt) => schedule.tryAcquireQuerySlot(payNo, now, nextAt + 1),
    })),
    (harness) => {
      const free = new Set<string>()
      return inSchedule((schedule) => ({
        async tryAcquireQuerySlot(payNo, now, nextAt) {
          const isFree = !free.has(`${payNo} ${now}`)
          await null
          free.add(`${payNo} ${now}`)
          await schedule.tryAcquireQuerySlot(payNo, now, nextAt)
          return isFree
        },
      }))(harness)
    },
  ],

  'shares no object with its callers': (harness) => {
    const kept: ScheduleEntry[] = []
    return inSchedule(() => ({
      schedule: async (entry) => void kept.push(entry),
      listDue: async () => kept,
    }))(harness)
  },

  ...storeSabotage(orderStoreHarness),
})
