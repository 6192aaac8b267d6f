import { type PayRecord, type PayRecordRepository, PayStatus } from '@coursepay/core'
import { readId, readNumber, readNumberOrNull, readText, readTextOrNull, toBigint } from '../sql/row-values.js'
import { changesOne, type SqlSession } from '../sql/session.js'
import { lookUp, param, type Row, statement, type Values } from '../sql/statement.js'

const insertRecord = statement(({ sql }) =>
  sql('xc_pay_record').insert({
    pay_no: param('payNo'),
    order_id: param('orderId'),
    user_id: param('userId'),
    order_name: param('orderName'),
    total_price: param('totalPrice'),
    currency: 'CNY',
    status: param('status'),
    create_date: param('createDate'),
    expire_date: param('expireDate'),
    token: param('token'),
    notify_url: param('notifyUrl'),
    return_url: param('returnUrl'),
    out_pay_no: param('outPayNo'),
    out_pay_channel: param('outPayChannel'),
    pay_success_time: param('paySuccessTime'),
    receipt: param('receipt'),
    next_query_at: 0,
    refund_reserved: 0,
  }),
)

const removeRecord = statement(({ sql }) => sql('xc_pay_record').where('pay_no', param('payNo')).delete())

const findByPayNo = lookUp(({ sql }) => sql('xc_pay_record').where('pay_no', param('payNo')))
const findByToken = lookUp(({ sql }) => sql('xc_pay_record').where('token', param('token')))
const listOfOrder = lookUp(({ sql }) =>
  sql('xc_pay_record').where('order_id', param('orderId')).orderBy(['create_date', 'pay_no']),
)

const changeStatus = statement(({ sql }) => {
  const orAsItIs = (name: string, column: string) => sql.raw('coalesce(?, ??)', [param(name), column])
  return sql('xc_pay_record')
    .where({ pay_no: param('payNo'), status: param('from') })
    .update({
      status: param('to'),
      out_pay_no: orAsItIs('outPayNo', 'out_pay_no'),
      out_pay_channel: orAsItIs('outPayChannel', 'out_pay_channel'),
      pay_success_time: orAsItIs('paySuccessTime', 'pay_success_time'),
      receipt: orAsItIs('receipt', 'receipt'),
      // Paid or refunded, nobody needs to ask about it any more; a closed one may still be paid over a page that is out.
      poll_at: sql.raw('case when ? = ? then ?? end', [param('to'), PayStatus.closed, 'poll_at']),
    })
})

const takeTurn = statement(({ sql }) =>
  sql('xc_pay_record')
    .where({ pay_no: param('payNo'), status: PayStatus.unpaid })
    .where('next_query_at', '<=', param('now'))
    .update({ next_query_at: param('nextAt') }),
)

const noPayment = { outPayNo: null, outPayChannel: null, paySuccessTime: null, receipt: null }

export function payRecordRepository(session: SqlSession): PayRecordRepository {
  return {
    insert: (payRecord) => insertPayRecord(session, payRecord),
    async find(key) {
      const row =
        'payNo' in key
          ? await session.get(findByPayNo, { payNo: toBigint(key.payNo) })
          : await session.get(findByToken, { token: key.token })
      return row === undefined ? null : toPayRecord(row)
    },
    async listOf(orderId) {
      return (await session.all(listOfOrder, { orderId: toBigint(orderId) })).map(toPayRecord)
    },
    change: (payNo, { from, to, payment = noPayment }) =>
      changesOne(session, changeStatus, { payNo: toBigint(payNo), from, to, ...payment }),
    takeQueryTurn: (payNo, now, nextAt) => changesOne(session, takeTurn, { payNo: toBigint(payNo), now, nextAt }),
  }
}

export async function insertPayRecord(session: SqlSession, payRecord: PayRecord): Promise<void> {
  await session.run(insertRecord, toValues(payRecord))
}

/** Takes back what was inserted in the same transaction. */
export async function removePayRecord(session: SqlSession, { payNo }: PayRecord): Promise<void> {
  await session.run(removeRecord, { payNo: toBigint(payNo) })
}

const toValues = (payRecord: PayRecord): Values => ({
  ...payRecord,
  payNo: toBigint(payRecord.payNo),
  orderId: toBigint(payRecord.orderId),
})

export const toPayRecord = (row: Row): PayRecord => ({
  payNo: readId(row, 'pay_no'),
  orderId: readId(row, 'order_id'),
  userId: readText(row, 'user_id'),
  orderName: readText(row, 'order_name'),
  totalPrice: readNumber(row, 'total_price'),
  status: readText(row, 'status'),
  createDate: readNumber(row, 'create_date'),
  expireDate: readNumber(row, 'expire_date'),
  token: readText(row, 'token'),
  notifyUrl: readText(row, 'notify_url'),
  returnUrl: readTextOrNull(row, 'return_url'),
  outPayNo: readTextOrNull(row, 'out_pay_no'),
  outPayChannel: readTextOrNull(row, 'out_pay_channel'),
  paySuccessTime: readNumberOrNull(row, 'pay_success_time'),
  receipt: readTextOrNull(row, 'receipt'),
})
