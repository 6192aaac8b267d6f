import type { LedgerPayment, LedgerRefund } from '../../src/orders/domain/ledger.js'
import type { Payment } from '../../src/orders/domain/payment.js'
import type { Refund } from '../../src/orders/domain/refund.js'
import type { LedgerPage, LedgerPageRequest, PaymentLedger } from '../../src/orders/ports/payment-ledger.js'
import type { TimeSpan } from '../../src/shared/beijing-day.js'
import { comparatorByAge } from './by-age.js'
import type { OrderRows } from './in-memory-order-rows.js'
import type { RowStorage } from './row-storage.js'

const paymentsIn = ({ orders }: OrderRows) => [...orders.values()].flatMap((order) => order.payments)
const refundsIn = ({ orders }: OrderRows) => [...orders.values()].flatMap((order) => order.refunds)

const ledgerPayment = ({ payNo, totalPrice, status, outPayNo, paySuccessTime }: Payment): LedgerPayment => ({
  ...{ payNo, totalPrice, status, outPayNo, paySuccessTime },
})
const ledgerRefund = ({ payNo, outRequestNo, amount, status, createDate, finishDate }: Refund): LedgerRefund => ({
  ...{ payNo, outRequestNo, amount, status, createDate, finishDate },
})

export function paymentLedgerIn({ read }: RowStorage<OrderRows>): PaymentLedger {
  return {
    paidWithin: (span, request) =>
      read((rows) => {
        const dated = paymentsIn(rows).map(
          (payment) => [payment.paySuccessTime, payment.payNo, ledgerPayment(payment)] as const,
        )
        return pageOf(dated, span, request)
      }),
    refundedWithin: (span, request) =>
      read((rows) => {
        const succeeded = refundsIn(rows).filter(({ status }) => status === 'succeeded')
        const dated = succeeded.map((refund) => [refund.finishDate, refund.id, ledgerRefund(refund)] as const)
        return pageOf(dated, span, request)
      }),
    paymentsOf: (payNos) =>
      read((rows) =>
        paymentsIn(rows).flatMap((payment) => (payNos.includes(payment.payNo) ? ledgerPayment(payment) : [])),
      ),
    refundsOf: (payNos) =>
      read((rows) => refundsIn(rows).flatMap((refund) => (payNos.includes(refund.payNo) ? ledgerRefund(refund) : []))),
  }
}

const earliestFirst = comparatorByAge('at', 'id')

/** Of entries with their times and ids, those within the span behind a position. */
function pageOf<Entry>(
  all: readonly (readonly [at: number | null, id: string, entry: Entry])[],
  { from, to }: TimeSpan,
  { limit, after }: LedgerPageRequest,
): LedgerPage<Entry> {
  const left = all
    .flatMap(([at, id, entry]) => (at === null || at < from || at >= to ? [] : [{ at, id, entry }]))
    .filter((placed) => after === null || earliestFirst<typeof after>(placed, after) > 0)
    .sort(earliestFirst)
  const page = left.slice(0, limit)
  const last = page.at(-1)
  const next = left.length > limit && last !== undefined ? { at: last.at, id: last.id } : null
  return { entries: page.map(({ entry }) => entry), next }
}
