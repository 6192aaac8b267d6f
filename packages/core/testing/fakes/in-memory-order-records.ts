import type { EvidenceJournal } from '../../src/orders/ports/evidence-journal.js'
import type { PollSchedule, ScheduleEntry } from '../../src/orders/ports/poll-schedule.js'
import type { OperatorAction } from '../../src/shared/operator-action.js'
import type { OperatorLog } from '../../src/shared/ports/operator-log.js'
import { comparatorByAge } from './by-age.js'
import { copyOf } from './copy-of.js'
import { addIfAbsent, type OrderRows, scheduleKey } from './in-memory-order-rows.js'
import type { RowStorage } from './row-storage.js'

const oldestEntryFirst = comparatorByAge('receivedAt', 'id')

export function journalIn({ read, write }: RowStorage<OrderRows>): EvidenceJournal {
  return {
    append: (entry) => write(({ journal }) => addIfAbsent(journal, entry.id, copyOf(entry))),
    listOf: (outTradeNo) =>
      read(({ journal }) =>
        copyOf([...journal.values()].filter((entry) => entry.outTradeNo === outTradeNo).sort(oldestEntryFirst)),
      ),
  }
}

const compareDueTimeAndPayment = comparatorByAge('dueAt', 'payNo')

/** As an index has them: refunds of one payment by their numbers, which are ASCII. */
const earliestDueFirst = (one: ScheduleEntry, other: ScheduleEntry): number =>
  compareDueTimeAndPayment(one, other) || (one.outRequestNo < other.outRequestNo ? -1 : 1)

export function scheduleIn({ read, write }: RowStorage<OrderRows>): PollSchedule {
  return {
    schedule: (entry) => write(({ schedule }) => addIfAbsent(schedule, scheduleKey(entry), copyOf(entry))),
    listDue: (purpose, now, limit) =>
      read(({ schedule }) => {
        const due = [...schedule.values()].filter((entry) => entry.purpose === purpose && entry.dueAt <= now)
        return copyOf(due.sort(earliestDueFirst).slice(0, limit))
      }),
    reschedule: (entry, to) =>
      write(({ schedule }) => {
        const key = scheduleKey(entry)
        if (schedule.get(key)?.dueAt !== entry.dueAt) return false
        if (to === null) schedule.delete(key)
        else schedule.set(key, { ...entry, dueAt: to })
        return true
      }),
    polledOf: (payNos) =>
      read(({ schedule }) => {
        const polled = payNos.filter((payNo) => schedule.has(scheduleKey({ purpose: 'poll', payNo, outRequestNo: '' })))
        return new Set(polled)
      }),
    tryAcquireQuerySlot: (payNo, now, nextAt) =>
      write(({ querySlots }) => {
        if ((querySlots.get(payNo) ?? 0) > now) return false
        querySlots.set(payNo, nextAt)
        return true
      }),
  }
}

const oldestActionFirst = comparatorByAge('at', 'id')

export function operatorLogIn({ read, write }: RowStorage<Pick<OrderRows, 'actions'>>): OperatorLog {
  return {
    append: (action) => write(({ actions }) => addIfAbsent(actions, action.id, copyOf(action))),
    listOf: (subject, limit) =>
      read(({ actions }) => {
        const concerns = (action: OperatorAction) =>
          subject === null || action.subject === subject || action.orderId === subject
        return copyOf([...actions.values()].filter(concerns).sort(oldestActionFirst).reverse().slice(0, limit))
      }),
  }
}
