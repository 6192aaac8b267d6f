import type { Refund, RefundRepository } from '@coursepay/core'
import { readId, readNumber, readNumberOrNull, readText, toBigint } from '../sql/row-values.js'
import { changesOne, insertOnce, type SqlSession } from '../sql/session.js'
import { type Claim, LIMIT, param, type Row, statement, type Values } from '../sql/statement.js'

const insertRefund = statement(({ sql, now }) =>
  sql('refund').insert({
    id: param('id'),
    out_request_no: param('outRequestNo'),
    order_id: param('orderId'),
    pay_no: param('payNo'),
    amount: param('amount'),
    reason: param('reason'),
    cause: param('cause'),
    status: param('status'),
    create_date: param('createDate'),
    finish_date: param('finishDate'),
    available_at: now,
  }),
)

const listOfOrder = statement(({ sql }) =>
  sql('refund').where('order_id', param('orderId')).orderBy(['create_date', 'id']),
)

const duePending: Claim = {
  table: 'refund',
  due: ({ sql, now }) =>
    sql('refund')
      .select('id')
      .where('status', 'pending')
      .where('available_at', '<=', now)
      .orderBy(['available_at', 'id'])
      .limit(LIMIT),
  changes: ({ sql, now }) => ({ available_at: sql.raw('? + ?', [now, param('leaseMs')]) }),
}

const finishPending = statement(({ sql }) =>
  sql('refund')
    .where({ id: param('id'), status: 'pending' })
    .update({ status: param('end'), finish_date: param('at') }),
)

export function refundRepository(session: SqlSession): RefundRepository {
  return {
    async open(refund) {
      await insertOnce(session, insertRefund, toValues(refund))
    },
    async listOf(orderId) {
      return (await session.all(listOfOrder, { orderId: toBigint(orderId) })).map(toRefund)
    },
    async claimDue(limit, leaseMs) {
      return (await session.claim(duePending, { limit, leaseMs })).map(toRefund)
    },
    finish: (id, end, at) => changesOne(session, finishPending, { id: toBigint(id), end, at }),
  }
}

const toValues = (refund: Refund): Values => ({
  ...refund,
  id: toBigint(refund.id),
  orderId: toBigint(refund.orderId),
  payNo: toBigint(refund.payNo),
})

const toRefund = (row: Row): Refund => ({
  id: readId(row, 'id'),
  outRequestNo: readText(row, 'out_request_no'),
  orderId: readId(row, 'order_id'),
  payNo: readId(row, 'pay_no'),
  amount: readNumber(row, 'amount'),
  reason: readText(row, 'reason'),
  cause: readText(row, 'cause'),
  status: readText(row, 'status'),
  createDate: readNumber(row, 'create_date'),
  finishDate: readNumberOrNull(row, 'finish_date'),
})
