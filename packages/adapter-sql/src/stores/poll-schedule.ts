import type { PayNo } from '@coursepay/core'
import type { PollSchedule } from '@coursepay/core/ports'
import { readId } from '../sql/row-values.js'
import { insertIfAbsent, type SqlSession } from '../sql/session.js'
import { inCondition, sql } from '../sql/sql.js'
import { type QuerySlot, querySlotsTable, scheduleTable } from '../sql/tables.js'
import { createFindByKey, createReadByKeys } from './key-lookup.js'

export function createPollSchedule(session: SqlSession): PollSchedule {
  const { poll_schedule, query_slot } = session.syntax.tables
  const slots = sql`SELECT * FROM ${query_slot} WHERE`
  const findSlot = createFindByKey<PayNo, QuerySlot>(session, [
    {
      valuesOf: (payNo) => [BigInt(payNo)],
      keysOf: ({ payNo }) => [[payNo]],
      read: createReadByKeys(session, slots, ['pay_no'], (rows) => rows.map(querySlotsTable.read)),
    },
  ])
  return {
    async schedule(entry) {
      await insertIfAbsent(session, scheduleTable, entry)
    },
    async listDue(purpose, now, limit) {
      const due = sql`SELECT * FROM ${poll_schedule} WHERE purpose = ${purpose} AND due_at <= ${now}`
      const rows = await session.all(sql`${due} ORDER BY due_at, pay_no, out_request_no LIMIT ${limit}`)
      return rows.map(scheduleTable.read)
    },
    /** An entry at the time that its reader saw: one of many who saw it changes it. */
    async reschedule({ purpose, payNo, outRequestNo, dueAt }, to) {
      const seen = sql`purpose = ${purpose} AND pay_no = ${BigInt(payNo)} AND out_request_no = ${outRequestNo}
        AND due_at = ${dueAt}`
      const change =
        to === null
          ? sql`DELETE FROM ${poll_schedule} WHERE ${seen}`
          : sql`UPDATE ${poll_schedule} SET due_at = ${to} WHERE ${seen}`
      return (await session.run(change)) > 0
    },
    async polledOf(payNos) {
      if (payNos.length === 0) return new Set()
      const rows = await session.all(sql`SELECT pay_no FROM ${poll_schedule}
        WHERE purpose = 'poll' AND out_request_no = '' AND ${inCondition('pay_no', payNos.map(BigInt))}`)
      return new Set(rows.map((row) => readId<PayNo>(row, 'pay_no')))
    },
    async tryAcquireQuerySlot(payNo, now, nextAt) {
      // Nearly all who ask find it taken: that costs no write.
      const found = await findSlot(payNo)
      if (found === null) return await insertIfAbsent(session, querySlotsTable, { payNo, nextAt })
      if (found.nextAt > now) return false
      const moved = sql`UPDATE ${query_slot} SET next_at = ${nextAt}
        WHERE pay_no = ${BigInt(payNo)} AND next_at <= ${now}`
      return (await session.run(moved)) > 0
    },
  }
}
