import type { PayNo } from '@coursepay/core'
import type { LedgerPage, LedgerPageRequest, LedgerPosition, PaymentLedger, TimeSpan } from '@coursepay/core/ports'
import type { Knex } from 'knex'
import type { TableName } from '../schema/table-names.js'
import { keyedReads, whereAny } from '../sql/keyed-reads.js'
import { readId, readNumber, toBigint } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { LIMIT, param, type Row, statement, type Values } from '../sql/statement.js'
import { readOnly } from '../sql/table.js'
import { payments, refunds } from '../sql/tables.js'

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

/** So many numbers are looked up at once. */
const BATCH = 100

const readsByNumber = (table: TableName) =>
  keyedReads((placeholders) => [statement(({ sql }) => sql(table).where(whereAny(['pay_no'], placeholders)))])

const paymentsByNumber = readsByNumber('xc_pay_record')
const refundsByNumber = readsByNumber('refund')

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

async function lookUp(session: SqlSession, readsOf: typeof paymentsByNumber, payNos: readonly PayNo[]): Promise<Row[]> {
  const numbers = [...new Set(payNos)].map((payNo) => [toBigint(payNo)])
  const rows: Row[] = []
  for (let start = 0; start < numbers.length; start += BATCH) {
    rows.push(...((await session.readTogether(readsOf(numbers.slice(start, start + BATCH))))[0] ?? []))
  }
  return rows
}

const toPayment = readOnly(payments, 'payNo', 'totalPrice', 'status', 'outPayNo', 'paySuccessTime')

const toRefund = readOnly(refunds, 'payNo', 'outRequestNo', 'amount', 'status', 'createDate', 'finishDate')
