import { type PaymentWatch, PayStatus } from '@coursepay/core'
import { readNumber, toBigint } from '../sql/row-values.js'
import { changesOne, type SqlSession } from '../sql/session.js'
import { LIMIT, param, statement } from '../sql/statement.js'
import { toPayRecord } from './pay-record-repository.js'

const beginOnce = statement(({ sql }) =>
  sql('xc_pay_record')
    .where({ pay_no: param('payNo'), status: PayStatus.unpaid })
    .whereNull('poll_at')
    .update({ poll_at: param('at') }),
)

const due = statement(({ sql }) =>
  sql('xc_pay_record').where('poll_at', '<=', param('now')).orderBy(['poll_at', 'pay_no']).limit(LIMIT),
)

const moveOn = statement(({ sql }) =>
  sql('xc_pay_record')
    .where({ pay_no: param('payNo'), poll_at: param('from') })
    .update({ poll_at: param('to') }),
)

export function paymentWatch(session: SqlSession): PaymentWatch {
  return {
    async begin(payNo, at) {
      await session.run(beginOnce, { payNo: toBigint(payNo), at })
    },
    async listDue(now, limit) {
      const rows = await session.all(due, { now, limit })
      return rows.map((row) => ({ payRecord: toPayRecord(row), pollAt: readNumber(row, 'poll_at') }))
    },
    move: (payNo, from, to) => changesOne(session, moveOn, { payNo: toBigint(payNo), from, to }),
  }
}
