import type { Payment, PayNo, Refund } from '@coursepay/core'
import type { LedgerPage, LedgerPageRequest, PaymentLedger, TimeSpan } from '@coursepay/core/ports'
import { readId, readNumber } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { inCondition, type Row, raw, type Sql, sql } from '../sql/sql.js'
import { paymentsTable, refundsTable } from '../sql/tables.js'

/** So many numbers are looked up at once. */
const MAX_KEYS_PER_QUERY = 100

export function createPaymentLedger(session: SqlSession): PaymentLedger {
  const { xc_pay_record, refund } = session.syntax.tables
  /**
   * A page begins right behind the one before, so that the index is entered there and not at the beginning of the day:
   * `from` is then the last one's time, and the ids of that moment up to the last one's are passed over.
   */
  async function pageOf<Entry>(
    [query, time, id]: readonly [query: Sql, time: string, id: string],
    { from, to }: TimeSpan,
    { limit, after }: LedgerPageRequest,
    toEntry: (row: Row) => Entry,
  ): Promise<LedgerPage<Entry>> {
    const [at, key, first] = [raw(time), raw(id), after?.at ?? from]
    // One row more than asked for tells whether there is a further page.
    const rows = await session.all(sql`${query} ${at} >= ${first} AND ${at} < ${to}
      AND (${at} > ${first} OR ${key} > ${BigInt(after?.id ?? '0')}) ORDER BY ${at}, ${key} LIMIT ${limit + 1}`)
    const page = rows.slice(0, limit)
    const last = rows.length > limit ? page.at(-1) : undefined
    return {
      entries: page.map(toEntry),
      next: last === undefined ? null : { at: readNumber(last, time), id: readId(last, id) },
    }
  }
  async function lookUp(table: Sql, payNos: readonly PayNo[]): Promise<Row[]> {
    const numbers = [...new Set(payNos)].map(BigInt)
    const rows: Row[] = []
    for (let start = 0; start < numbers.length; start += MAX_KEYS_PER_QUERY) {
      const some = inCondition('pay_no', numbers.slice(start, start + MAX_KEYS_PER_QUERY))
      rows.push(...(await session.all(sql`SELECT * FROM ${table} WHERE ${some}`)))
    }
    return rows
  }
  const paid = [sql`SELECT * FROM ${xc_pay_record} WHERE`, 'pay_success_time', 'pay_no'] as const
  const refunded = [sql`SELECT * FROM ${refund} WHERE status = 'succeeded' AND`, 'finish_date', 'id'] as const
  return {
    paidWithin: (span, page) => pageOf(paid, span, page, toLedgerPayment),
    refundedWithin: (span, page) => pageOf(refunded, span, page, toLedgerRefund),
    paymentsOf: async (payNos) => (await lookUp(xc_pay_record, payNos)).map(toLedgerPayment),
    refundsOf: async (payNos) => (await lookUp(refund, payNos)).map(toLedgerRefund),
  }
}

function toLedgerPayment(row: Row) {
  const { payNo, totalPrice, status, outPayNo, paySuccessTime }: Payment = paymentsTable.read(row)
  return { payNo, totalPrice, status, outPayNo, paySuccessTime }
}

function toLedgerRefund(row: Row) {
  const { payNo, outRequestNo, amount, status, createDate, finishDate }: Refund = refundsTable.read(row)
  return { payNo, outRequestNo, amount, status, createDate, finishDate }
}
