import {
  type LedgerPayment,
  type LedgerRefund,
  ledgerPaymentOf,
  ledgerRefundOf,
} from '../../src/orders/domain/ledger.js'
import type {
  LedgerPage,
  LedgerPageRequest,
  LedgerPosition,
  PaymentLedger,
} from '../../src/orders/ports/payment-ledger.js'
import type { TimeSpan } from '../../src/shared/beijing-day.js'
import { byAge, compareIds } from './by-age.js'
import type { OrderRows } from './in-memory-order-rows.js'
import type { RowStorage } from './row-storage.js'

const paymentsIn = ({ orders }: OrderRows) =>
  [...orders.values()].flatMap((order) => order.payments.map(ledgerPaymentOf))
const refundsIn = ({ orders }: OrderRows) => [...orders.values()].flatMap((order) => order.refunds)

export function paymentLedgerIn({ read }: RowStorage<OrderRows>): PaymentLedger {
  return {
    paidWithin: (span, request) =>
      read((rows) => {
        const entries = paymentsIn(rows).map((entry) => ({ at: entry.paySuccessTime, id: entry.payNo, entry }))
        return pageOf<LedgerPayment>(entries, span, request)
      }),
    refundedWithin: (span, request) =>
      read((rows) => {
        const succeeded = refundsIn(rows).filter(({ status }) => status === 'succeeded')
        const entries = succeeded.map((refund) => ({
          at: refund.finishDate,
          id: refund.id,
          entry: ledgerRefundOf(refund),
        }))
        return pageOf<LedgerRefund>(entries, span, request)
      }),
    paymentsOf: (payNos) => read((rows) => paymentsIn(rows).filter(({ payNo }) => payNos.includes(payNo))),
    refundsOf: (payNos) =>
      read((rows) =>
        refundsIn(rows)
          .filter(({ payNo }) => payNos.includes(payNo))
          .map(ledgerRefundOf),
      ),
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
