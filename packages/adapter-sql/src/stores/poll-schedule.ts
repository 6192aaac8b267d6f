import type { PayNo } from '@coursepay/core'
import type { PollSchedule, ScheduleEntry } from '@coursepay/core/ports'
import { readId, readNumber, readText, toBigint } from '../sql/row-values.js'
import { insertIfAbsent, type SqlSession, updateOne } from '../sql/session.js'
import { asKnexValue, LIMIT, param, type Row, statement, type Values } from '../sql/statement.js'

const insertEntry = statement(({ sql }) =>
  sql('poll_schedule').insert({
    purpose: param('purpose'),
    pay_no: param('payNo'),
    out_request_no: param('outRequestNo'),
    due_at: param('dueAt'),
  }),
)

const dueEntries = statement(({ sql }) =>
  sql('poll_schedule')
    .where('purpose', param('purpose'))
    .where('due_at', '<=', param('now'))
    .orderBy(['due_at', 'pay_no', 'out_request_no'])
    .limit(LIMIT),
)

/** An entry at the time that its reader saw: one of many who saw it changes it. */
const seenEntry = {
  purpose: param('purpose'),
  pay_no: param('payNo'),
  out_request_no: param('outRequestNo'),
  due_at: param('dueAt'),
}
const moveEntry = statement(({ sql }) =>
  sql('poll_schedule')
    .where(seenEntry)
    .update({ due_at: param('to') }),
)
const removeEntry = statement(({ sql }) => sql('poll_schedule').where(seenEntry).delete())

const moveSlot = statement(({ sql }) =>
  sql('query_slot')
    .where('pay_no', param('payNo'))
    .where('next_at', '<=', param('now'))
    .update({ next_at: param('nextAt') }),
)
const insertSlot = statement(({ sql }) =>
  sql('query_slot').insert({ pay_no: param('payNo'), next_at: param('nextAt') }),
)

export function pollSchedule(session: SqlSession): PollSchedule {
  return {
    async schedule(entry) {
      await insertIfAbsent(session, insertEntry, valuesOf(entry))
    },
    listDue: async (purpose, now, limit) => (await session.all(dueEntries, { purpose, now, limit })).map(toEntry),
    reschedule: (entry, to) =>
      to === null
        ? updateOne(session, removeEntry, valuesOf(entry))
        : updateOne(session, moveEntry, { ...valuesOf(entry), to }),
    async polledOf(payNos) {
      if (payNos.length === 0) return new Set()
      const polled = statement(({ sql }) =>
        sql('poll_schedule')
          .select('pay_no')
          .where({ purpose: 'poll', out_request_no: '' })
          .whereIn(
            'pay_no',
            payNos.map((payNo) => asKnexValue(toBigint(payNo))),
          ),
      )
      return new Set((await session.all(polled, {})).map((row) => readId<PayNo>(row, 'pay_no')))
    },
    async tryAcquireQuerySlot(payNo, now, nextAt) {
      const slot = { payNo: toBigint(payNo), nextAt }
      if (await updateOne(session, moveSlot, { ...slot, now })) return true
      // The first one finds no slot; one that is taken is there already.
      return await insertIfAbsent(session, insertSlot, slot)
    },
  }
}

const valuesOf = ({ purpose, payNo, outRequestNo, dueAt }: ScheduleEntry): Values => ({
  purpose,
  payNo: toBigint(payNo),
  outRequestNo,
  dueAt,
})

const toEntry = (row: Row): ScheduleEntry => ({
  purpose: readText(row, 'purpose'),
  payNo: readId(row, 'pay_no'),
  outRequestNo: readText(row, 'out_request_no'),
  dueAt: readNumber(row, 'due_at'),
})
