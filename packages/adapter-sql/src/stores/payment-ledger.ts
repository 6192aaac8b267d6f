import type { PayNo } from '@coursepay/core'
import type {
  LedgerPage,
  LedgerPageRequest,
  LedgerPayment,
  LedgerPosition,
  LedgerRefund,
  PaymentLedger,
  TimeSpan,
} from '@coursepay/core/ports'
import type { Knex } from 'knex'
import { readId, readNumber, readNumberOrNull, readText, readTextOrNull, toBigint } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { LIMIT, param, type Row, type Statement, statement, type Values } from '../sql/statement.js'

/**
 * A page begins right behind the one before, so that the index is entered there and not at the beginning of the day:
 * `from` is then the last one's time, and the ids of that moment up to the last one's are passed over.
 */
const timeRangePage = (query: Knex.QueryBuilder, time: string, id: string) =>
  query
    .where(time, '>=', param('from'))
    .where(time, '<', param('to'))
    .where((behind) => void behind.where(time, '>', param('from')).orWhere(id, '>', param('afterId')))
    .orderBy([time, id])
    .limit(LIMIT)

const paidPage = statement(({ sql }) => timeRangePage(sql('xc_pay_record'), 'pay_success_time', 'pay_no'))

const refundedPage = statement(({ sql }) =>
  timeRangePage(sql('refund').where('status', 'succeeded'), 'finish_date', 'id'),
)

/** So many numbers are looked up at once; a statement is compiled once, so shorter lists are filled up. */
const BATCH = 100
const parameterNames = Array.from({ length: BATCH }, (_, index) => `number${index}`)

const byNumbers = (table: string): Statement =>
  statement(({ sql }) => sql(table).whereIn('pay_no', parameterNames.map(param)))

const paymentsByNumber = byNumbers('xc_pay_record')
const refundsByNumber = byNumbers('refund')

export function paymentLedger(session: SqlSession): PaymentLedger {
  return {
    async paidWithin(span, page) {
      const rows = await session.all(paidPage, pageValues(span, page))
      return toPage(rows, page, toPayment, (row) => ({
        at: readNumber(row, 'pay_success_time'),
        id: readId(row, 'pay_no'),
      }))
    },
    async refundedWithin(span, page) {
      const rows = await session.all(refundedPage, pageValues(span, page))
      return toPage(rows, page, toRefund, (row) => ({ at: readNumber(row, 'finish_date'), id: readId(row, 'id') }))
    },
    paymentsOf: async (payNos) => (await lookUp(session, paymentsByNumber, payNos)).map(toPayment),
    refundsOf: async (payNos) => (await lookUp(session, refundsByNumber, payNos)).map(toRefund),
  }
}

/** One row more than asked for tells whether there is a further page. */
const pageValues = ({ from, to }: TimeSpan, { limit, after }: LedgerPageRequest): Values => ({
  from: after?.at ?? from,
  to,
  afterId: toBigint(after?.id ?? '0'),
  limit: limit + 1,
})

function toPage<Entry>(
  rows: readonly Row[],
  { limit }: LedgerPageRequest,
  toEntry: (row: Row) => Entry,
  positionOf: (row: Row) => LedgerPosition,
): LedgerPage<Entry> {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const next = rows.length > limit && last !== undefined ? positionOf(last) : null
  return { entries: page.map(toEntry), next }
}

async function lookUp(session: SqlSession, query: Statement, payNos: readonly PayNo[]): Promise<Row[]> {
  const numbers = [...new Set(payNos)]
  const rows: Row[] = []
  for (let start = 0; start < numbers.length; start += BATCH) {
    const batch = numbers.slice(start, start + BATCH)
    const values = parameterNames.map((name, index) => [name, toBigint(batch[index] ?? batch[0] ?? '0')] as const)
    rows.push(...(await session.all(query, Object.fromEntries(values))))
  }
  return rows
}

const toPayment = (row: Row): LedgerPayment => ({
  payNo: readId(row, 'pay_no'),
  totalPrice: readNumber(row, 'total_price'),
  status: readText(row, 'status'),
  outPayNo: readTextOrNull(row, 'out_pay_no'),
  paySuccessTime: readNumberOrNull(row, 'pay_success_time'),
})

const toRefund = (row: Row): LedgerRefund => ({
  payNo: readId(row, 'pay_no'),
  outRequestNo: readText(row, 'out_request_no'),
  amount: readNumber(row, 'amount'),
  status: readText(row, 'status'),
  createDate: readNumber(row, 'create_date'),
  finishDate: readNumberOrNull(row, 'finish_date'),
})
