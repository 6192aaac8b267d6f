import { type Clock, type EpochMs, type Order, OrderStatus } from '@coursepay/core'
import type * as ports from '@coursepay/core/ports'
import { fileOperatorLog } from './learning-store.js'
import { fileLedger, fileViews } from './order-lists.js'
import { noRows, type OrderRows } from './order-rows.js'
import { fileOutbox, waitingRow } from './outbox.js'
import { addOnce, byId, snapshotFile, sortBy } from './snapshot-file.js'

const scheduleKey = ({ purpose, payNo, outRequestNo }: ports.ScheduleEntry) => `${purpose} ${payNo} ${outRequestNo}`

/** The order service's store in one file, which `create` makes. */
export function fileOrderStore(path: string, clock: Clock): ports.OrderStore & { create(): Promise<void> } {
  const file = snapshotFile(path, noRows)
  const { create, read, write } = file
  return {
    create,
    orders: {
      find: (key) => read(({ orders }) => [...orders.values()].find(isNamedBy(key)) ?? null),
      findMany: (ids) => read(({ orders }) => [...orders.values()].filter(({ id }) => ids.includes(id))),
      commit: (commit) => write((rows) => commitOrder(rows, commit, clock.now())),
      async listOverdue(now, limit) {
        const orders = await read((rows) => sortBy(rows.orders.values(), (order) => order.expireDate, byId))
        const overdue = orders.filter(({ status, expireDate }) => status === OrderStatus.unpaid && expireDate <= now)
        return overdue.slice(0, limit).map(({ id }) => id)
      },
    },
    outbox: fileOutbox(file, clock),
    journal: {
      append: (entry) => write(({ journal }) => addOnce(journal, entry.id, entry)),
      async listOf(outTradeNo) {
        const entries = await read(({ journal }) => sortBy(journal.values(), (entry) => entry.receivedAt, byId))
        return entries.filter((entry) => entry.outTradeNo === outTradeNo)
      },
      deleteBefore: (before, limit) =>
        write(({ journal }) => {
          const old = sortBy(journal.values(), (entry) => entry.receivedAt, byId).slice(0, limit)
          return old.filter(({ id, receivedAt }) => receivedAt < before && journal.delete(id)).length
        }),
    },
    schedule: {
      schedule: (entry) => write(({ schedule }) => addOnce(schedule, scheduleKey(entry), entry)),
      async listDue(purpose, now, limit) {
        const payNoOf = ({ payNo }: ports.ScheduleEntry) => BigInt(payNo)
        const entries = await read(({ schedule }) => sortBy(schedule.values(), (e) => e.dueAt, payNoOf, scheduleKey))
        return entries.filter((entry) => entry.purpose === purpose && entry.dueAt <= now).slice(0, limit)
      },
      reschedule: (entry, to) =>
        write(({ schedule }) => {
          const key = scheduleKey(entry)
          if (schedule.get(key)?.dueAt !== entry.dueAt) return false
          if (to !== null) schedule.set(key, { ...entry, dueAt: to })
          return to !== null || schedule.delete(key)
        }),
      polledOf: async (payNos) => {
        const entries = await read(({ schedule }) => [...schedule.values()])
        const polled = new Set(entries.flatMap(({ purpose, payNo }) => (purpose === 'poll' ? [payNo] : [])))
        return new Set(payNos.filter((payNo) => polled.has(payNo)))
      },
      tryAcquireQuerySlot: (payNo, now, nextAt) =>
        write(({ querySlots }) => (querySlots.get(payNo) ?? 0) <= now && querySlots.set(payNo, nextAt) !== undefined),
    },
    operatorLog: fileOperatorLog(file),
    views: fileViews(file),
    ledger: fileLedger(file),
  }
}

function isNamedBy(key: ports.OrderKey): (order: Order) => boolean {
  if ('id' in key) return ({ id }) => id === key.id
  if ('payNo' in key) return ({ payments }) => payments.some(({ payNo }) => payNo === key.payNo)
  if ('token' in key) return ({ payments }) => payments.some(({ token }) => token === key.token)
  return ({ orderType, outBusinessId }) => orderType === key.orderType && outBusinessId === key.outBusinessId
}

// #region commit
/** What no two orders share, nor two payments or refunds of one. A database has unique keys for them. */
const uniqueNames = ({ orderType, outBusinessId, payments, refunds }: Order): string[] => [
  `${orderType} ${outBusinessId}`,
  ...payments.flatMap(({ payNo, token }) => [payNo, token]),
  ...refunds.flatMap(({ id, payNo, outRequestNo }) => [`refund ${id}`, `${payNo} ${outRequestNo}`]),
]

function commitOrder(rows: OrderRows, commit: ports.OrderCommit, now: EpochMs): 'committed' | 'conflict' {
  const { before, after, messages, journal, actions, schedule } = commit
  if (after !== before) {
    if (rows.orders.get(after.id)?.version !== before?.version) return 'conflict'
    rows.orders.set(after.id, {
      ...after,
      payments: sortBy(
        after.payments,
        (payment) => payment.createDate,
        ({ payNo }) => BigInt(payNo),
      ),
      refunds: sortBy(after.refunds, (refund) => refund.createDate, byId),
    })
    const names = [...rows.orders.values()].flatMap(uniqueNames)
    if (new Set(names).size < names.length) return 'conflict'
  }
  for (const message of messages) {
    if (rows.outbox.has(message.id)) return 'conflict'
    rows.outbox.set(message.id, waitingRow(message, now))
  }
  for (const entry of journal) addOnce(rows.journal, entry.id, entry)
  for (const action of actions) addOnce(rows.actions, action.id, action)
  for (const entry of schedule) addOnce(rows.schedule, scheduleKey(entry), entry)
  return 'committed'
}
// #endregion
