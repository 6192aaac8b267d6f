import { type LedgerPayment, type LedgerRefund, ledgerPaymentOf, ledgerRefundOf } from '../orders/domain/ledger.js'
import type { LedgerPage, LedgerPageRequest, LedgerPosition, PaymentLedger } from '../orders/ports/payment-ledger.js'
import type { TimeSpan } from '../shared/beijing-day.js'
import { byAge, compareIds } from './by-age.js'
import type { OrderSession } from './in-memory-order-tables.js'

/** Reads the tables of the in-memory order stores: `inMemoryPaymentLedger(inMemoryOrderStores(clock).session)`. */
export function inMemoryPaymentLedger(session: OrderSession): PaymentLedger {
  const payments = () =>
    session.read(({ payRecords }) => payRecords.all().map(({ payRecord }) => ledgerPaymentOf(payRecord)))
  const refunds = () =>
    session.read((views) => views.refunds.all().map(({ refund }) => ({ id: refund.id, ...ledgerRefundOf(refund) })))
  return {
    async paidWithin(span, request) {
      const entries = (await payments()).map((entry) => ({ at: entry.paySuccessTime, id: entry.payNo, entry }))
      return pageOf<LedgerPayment>(entries, span, request)
    },
    async refundedWithin(span, request) {
      const succeeded = (await refunds()).filter((refund) => refund.status === 'succeeded')
      const entries = succeeded.map(({ id, ...entry }) => ({ at: entry.finishDate, id, entry }))
      return pageOf<LedgerRefund>(entries, span, request)
    },
    async paymentsOf(payNos) {
      const wanted = new Set(payNos)
      return (await payments()).filter((payment) => wanted.has(payment.payNo))
    },
    async refundsOf(payNos) {
      const wanted = new Set(payNos)
      return (await refunds()).filter((refund) => wanted.has(refund.payNo)).map(({ id: _id, ...refund }) => refund)
    },
  }
}

interface Placed<Entry> extends LedgerPosition {
  readonly entry: Entry
}

const earliestFirst = byAge<LedgerPosition>(
  (position) => position.at,
  (position) => position.id,
)

function pageOf<Entry>(
  all: readonly { readonly at: number | null; readonly id: string; readonly entry: Entry }[],
  { from, to }: TimeSpan,
  { limit, after }: LedgerPageRequest,
): LedgerPage<Entry> {
  const left = all
    .flatMap(({ at, id, entry }): Placed<Entry>[] => (at === null ? [] : [{ at, id, entry }]))
    .filter((placed) => placed.at >= from && placed.at < to && (after === null || isBehind(placed, after)))
    .sort(earliestFirst)
  const page = left.slice(0, limit)
  const last = page.at(-1)
  const next = left.length > limit && last !== undefined ? { at: last.at, id: last.id } : null
  return { entries: page.map(({ entry }) => entry), next }
}

const isBehind = (placed: LedgerPosition, { at, id }: LedgerPosition) =>
  placed.at > at || (placed.at === at && compareIds(placed.id, id) > 0)
