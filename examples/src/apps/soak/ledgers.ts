import type { AlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import type { AuditedMessage, SoakEnvironment } from './environment.js'
import type { TableRow, Tables } from './tables.js'

/** What stands at Alipay, in our database and at the broker. Amounts in fen. */
export interface Ledgers {
  readonly trades: readonly {
    readonly outTradeNo: string
    readonly paid: boolean
    readonly total: number
    readonly refunded: number
  }[]
  readonly orders: readonly { readonly id: string; readonly outBusinessId: string; readonly status: string }[]
  readonly payments: readonly {
    readonly payNo: string
    readonly orderId: string
    readonly total: number
    /** What became of its money; null while none came. */
    readonly receipt: string | null
  }[]
  readonly refunds: readonly { readonly payNo: string; readonly amount: number; readonly status: string }[]
  readonly courses: readonly string[]
  /** Messages that the learning centre has taken. */
  readonly handled: number
  readonly outbox: { readonly waiting: number; readonly dead: number }
  readonly auditedMessages: readonly AuditedMessage[] | null
  readonly unread: number
}

const SELECTS = {
  orders: 'SELECT id, out_business_id, status FROM xc_orders',
  payments: 'SELECT pay_no, order_id, total_price, receipt FROM xc_pay_record',
  refunds: 'SELECT pay_no, amount, status FROM refund',
  courses: 'SELECT choose_course_id FROM xc_course_tables',
  handled: 'SELECT message_id FROM handled_message',
  messages: 'SELECT dead_at FROM mq_message',
} as const

export async function readLedgers(
  sandbox: AlipaySandbox,
  tables: Tables,
  environment: SoakEnvironment,
): Promise<Ledgers> {
  const rows = async (name: keyof typeof SELECTS) => tables.query(SELECTS[name])
  const messages = await rows('messages')
  const dead = messages.filter((row) => row.dead_at !== null).length
  return {
    trades: sandbox.trades.list().map(({ outTradeNo, paidAt, totalFen, refundedFen }) => ({
      ...{ outTradeNo, paid: paidAt !== undefined },
      ...{ total: totalFen, refunded: refundedFen },
    })),
    orders: (await rows('orders')).map((row) => ({
      ...{ id: read(row, 'id'), outBusinessId: read(row, 'out_business_id'), status: read(row, 'status') },
    })),
    payments: (await rows('payments')).map((row) => ({
      ...{ payNo: read(row, 'pay_no'), orderId: read(row, 'order_id'), total: Number(row.total_price) },
      receipt: row.receipt === null ? null : read(row, 'receipt'),
    })),
    refunds: (await rows('refunds')).map((row) => ({
      ...{ payNo: read(row, 'pay_no'), amount: Number(row.amount), status: read(row, 'status') },
    })),
    courses: (await rows('courses')).map((row) => read(row, 'choose_course_id')),
    handled: (await rows('handled')).length,
    outbox: { waiting: messages.length - dead, dead },
    auditedMessages: await environment.auditedMessages(),
    unread: await environment.unread(),
  }
}

const read = (row: TableRow, column: string): string => String(row[column])
