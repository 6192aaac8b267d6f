import { type OperationsView, PayStatus } from '@coursepay/core'
import { readNumber, readText, readTextOrNull, toBigint } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { LIMIT, param, type Row, type Statement, statement } from '../sql/statement.js'
import { toMessage } from './outbox.js'
import { toPayRecord } from './pay-record-repository.js'
import { toRefund } from './refund-repository.js'

const deadMessages = statement(({ sql }) =>
  sql('mq_message').whereNotNull('dead_at').orderBy(['dead_at', 'id']).limit(LIMIT),
)
const deadMessage = statement(({ sql }) => sql('mq_message').where('id', param('id')).whereNotNull('dead_at'))
const openRefunds = statement(({ sql }) =>
  sql('refund')
    .where('status', 'pending')
    .orWhere((failed) => failed.where('status', 'failed').whereNot('cause', 'operator'))
    .orderBy(['create_date', 'id'])
    .limit(LIMIT),
)
const heldPayments = statement(({ sql }) =>
  sql('xc_pay_record')
    .where({ receipt: 'held', status: PayStatus.paid })
    .orderBy(['create_date', 'pay_no'])
    .limit(LIMIT),
)

const countByStatus = (table: string): Statement =>
  statement(({ sql }) => sql(table).select('status').count({ total: '*' }).groupBy('status'))
const countOrders = countByStatus('xc_orders')
const countPayRecords = countByStatus('xc_pay_record')
const countRefunds = countByStatus('refund')

export function operationsView(session: SqlSession): OperationsView {
  const counted = async (count: Statement) => {
    const rows = await session.all(count, {})
    return Object.fromEntries(rows.map((row) => [readText<string>(row, 'status'), readNumber(row, 'total')]))
  }
  return {
    deadMessages: async (limit) => (await session.all(deadMessages, { limit })).map(toDeadMessage),
    async deadMessage(id) {
      const row = await session.get(deadMessage, { id: toBigint(id) })
      return row === undefined ? null : toDeadMessage(row)
    },
    openRefunds: async (limit) => (await session.all(openRefunds, { limit })).map(toRefund),
    heldPayments: async (limit) => (await session.all(heldPayments, { limit })).map(toPayRecord),
    counts: async () => ({
      orders: await counted(countOrders),
      payRecords: await counted(countPayRecords),
      refunds: await counted(countRefunds),
    }),
  }
}

const toDeadMessage = (row: Row) => ({
  message: toMessage(row),
  reason: readTextOrNull<string>(row, 'last_error') ?? '',
  attempts: readNumber(row, 'attempts'),
  diedAt: readNumber(row, 'dead_at'),
})
