import type { Refund, RefundOpening, RefundRepository } from '@coursepay/core'
import { readId, readNumber, readNumberOrNull, readText, toBigint } from '../sql/row-values.js'
import { changesOne, insertOnce, type SqlSession } from '../sql/session.js'
import { type Claim, LIMIT, param, type Row, type SqlValue, statement, type Values } from '../sql/statement.js'

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
    available_at: sql.raw('? + ?', [now, param('leaseMs')]),
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
  columns: ['*'],
  claimed: (row) => row,
}

const finishPending = statement(({ sql }) =>
  sql('refund')
    .where({ id: param('id'), status: 'pending' })
    .update({ status: param('end'), finish_date: param('at') }),
)

/** The row count tells whether so much is left: no reader in between can be wrong. */
const reserve = statement(({ sql }) =>
  sql('xc_pay_record')
    .where('pay_no', param('payNo'))
    .whereRaw('?? + ? <= ??', ['refund_reserved', param('amount'), 'total_price'])
    .update({ refund_reserved: sql.raw('?? + ?', ['refund_reserved', param('amount')]) }),
)

const removeRefund = statement(({ sql }) => sql('refund').where('id', param('id')).delete())
const findRefund = statement(({ sql }) => sql('refund').where('id', param('id')))

const release = statement(({ sql }) => {
  const ofRefund = (column: string) => sql('refund').select(column).where('id', param('id'))
  return sql('xc_pay_record')
    .where('pay_no', '=', ofRefund('pay_no'))
    .update({ refund_reserved: sql.raw('?? - (?)', ['refund_reserved', ofRefund('amount')]) })
})

const reopenFailed = statement(({ sql, now }) =>
  sql('refund')
    .where({ id: param('id'), status: 'failed' })
    .update({ status: 'pending', available_at: sql.raw('? + ?', [now, param('leaseMs')]), finish_date: null }),
)

export function refundRepository(session: SqlSession): RefundRepository {
  return {
    open: (refund, leaseMs = 0) => session.atomically((unit) => open(unit, refund, leaseMs)),
    async listOf(orderId) {
      return (await session.all(listOfOrder, { orderId: toBigint(orderId) })).map(toRefund)
    },
    async claimDue(limit, leaseMs) {
      return (await session.claim(duePending, { limit, leaseMs })).map(toRefund)
    },
    finish: (id, end, at) => session.atomically((unit) => finish(unit, toBigint(id), end, at)),
    reopen: (id, leaseMs = 0) => session.atomically((unit) => reopen(unit, toBigint(id), leaseMs)),
  }
}

async function open(unit: SqlSession, refund: Refund, leaseMs: number): Promise<RefundOpening> {
  if (!(await insertOnce(unit, insertRefund, { ...toValues(refund), leaseMs }))) return 'known'
  if (await changesOne(unit, reserve, { payNo: toBigint(refund.payNo), amount: refund.amount })) return 'opened'
  await unit.run(removeRefund, { id: toBigint(refund.id) })
  return 'too_much'
}

async function finish(unit: SqlSession, id: SqlValue, end: string, at: number): Promise<boolean> {
  if (!(await changesOne(unit, finishPending, { id, end, at }))) return false
  if (end === 'failed') await unit.run(release, { id })
  return true
}

async function reopen(unit: SqlSession, id: SqlValue, leaseMs: number): Promise<boolean> {
  const row = await unit.get(findRefund, { id })
  if (row === undefined) return false
  const { payNo, amount, status } = toRefund(row)
  if (status !== 'failed' || !(await changesOne(unit, reserve, { payNo: toBigint(payNo), amount }))) return false
  if (await changesOne(unit, reopenFailed, { id, leaseMs })) return true
  // Somebody else was quicker: what was set aside twice is given free once.
  await unit.run(release, { id })
  return false
}

const toValues = (refund: Refund): Values => ({
  ...refund,
  id: toBigint(refund.id),
  orderId: toBigint(refund.orderId),
  payNo: toBigint(refund.payNo),
})

export const toRefund = (row: Row): Refund => ({
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
