import type { PayNo } from '@coursepay/core'
import type { PollSchedule } from '@coursepay/core/ports'
import { readId, readNumber, toBigint } from '../sql/row-values.js'
import { insertIfAbsent, type SqlSession, updateOne } from '../sql/session.js'
import { asKnexValue, LIMIT, param, statement } from '../sql/statement.js'
import { querySlots, schedule } from '../sql/tables.js'

const dueEntries = statement(({ sql }) =>
  sql('poll_schedule')
    .where('purpose', param('purpose'))
    .where('due_at', '<=', param('now'))
    .orderBy(['due_at', 'pay_no', 'out_request_no'])
    .limit(LIMIT),
)

/** An entry at the time that its reader saw: one of many who saw it changes it. */
const moveEntry = statement(({ sql }) =>
  sql('poll_schedule')
    .where(schedule.params)
    .update({ due_at: param('to') }),
)
const removeEntry = statement(({ sql }) => sql('poll_schedule').where(schedule.params).delete())

const slotOf = statement(({ sql }) => sql('query_slot').select('next_at').where('pay_no', param('pay_no')))
const moveSlot = statement(({ sql }) =>
  sql('query_slot')
    .where('pay_no', param('pay_no'))
    .where('next_at', '<=', param('now'))
    .update({ next_at: param('next_at') }),
)

export function pollSchedule(session: SqlSession): PollSchedule {
  return {
    async schedule(entry) {
      await insertIfAbsent(session, schedule, entry)
    },
    listDue: async (purpose, now, limit) => (await session.all(dueEntries, { purpose, now, limit })).map(schedule.read),
    reschedule: (entry, to) =>
      to === null
        ? updateOne(session, removeEntry, schedule.valuesOf(entry))
        : updateOne(session, moveEntry, { ...schedule.valuesOf(entry), to }),
    async polledOf(payNos) {
      if (payNos.length === 0) return new Set()
      const numbers = payNos.map((payNo) => asKnexValue(toBigint(payNo)))
      const polled = statement(({ sql }) =>
        sql('poll_schedule').select('pay_no').where({ purpose: 'poll', out_request_no: '' }).whereIn('pay_no', numbers),
      )
      return new Set((await session.all(polled, {})).map((row) => readId<PayNo>(row, 'pay_no')))
    },
    async tryAcquireQuerySlot(payNo, now, nextAt) {
      const slot = { payNo, nextAt }
      const values = querySlots.valuesOf(slot)
      // Nearly all who ask find it taken: that costs no write.
      const [found] = await session.all(slotOf, values)
      if (found === undefined) return await insertIfAbsent(session, querySlots, slot)
      return readNumber(found, 'next_at') <= now && (await updateOne(session, moveSlot, { ...values, now }))
    },
  }
}
