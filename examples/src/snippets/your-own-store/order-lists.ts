import { type EpochMs, type Order, type Payment, PayStatus, type Refund } from '@coursepay/core'
import {
  type LedgerPageRequest,
  type LedgerPayment,
  type LedgerRefund,
  type OrderFilter,
  type OrderViews,
  type PaymentLedger,
  refundableAmount,
  type TimeSpan,
} from '@coursepay/core/ports'
import type { OrderRows } from './order-rows.js'
import { byId, type SnapshotFile, sortBy } from './snapshot-file.js'

const byTime = ({ createDate }: { readonly createDate: number }) => createDate

/** What buyers and operators see. */
export function fileViews({ read }: SnapshotFile<OrderRows>): OrderViews {
  const newest = () => read(({ orders }) => sortBy(orders.values(), byTime, byId).reverse())
  return {
    async pageOf(userId, offset, limit) {
      const own = (await newest()).filter((order) => order.userId === userId)
      return { orders: own.slice(offset, offset + limit), total: own.length }
    },
    async search(filter, after, limit) {
      const isBehind = ({ id, createDate }: Order) =>
        after === null ||
        createDate < after.createDate ||
        (createDate === after.createDate && BigInt(id) < BigInt(after.id))
      const found = (await newest()).filter((order) => isBehind(order) && matches(order, filter))
      const orders = found.slice(0, limit)
      const last = orders.at(-1)
      const next = found.length > limit && last !== undefined ? { createDate: last.createDate, id: last.id } : null
      return { orders, next }
    },
    async openRefunds(limit) {
      const open = (await newest()).flatMap(({ refunds, payments }) =>
        refunds.filter((refund) => needsAttention(refund, refunds, payments)),
      )
      return sortBy(open, byTime, byId).slice(0, limit)
    },
    async heldPayments(limit) {
      const payments = (await newest()).flatMap((order) => order.payments)
      const held = payments.filter(({ receipt, status }) => receipt === 'held' && status === PayStatus.paid)
      return sortBy(held, byTime, ({ payNo }) => BigInt(payNo)).slice(0, limit)
    },
    async counts() {
      const orders = await newest()
      const [payments, refunds] = [orders.flatMap((o) => o.payments), orders.flatMap((o) => o.refunds)]
      return { orders: countByStatus(orders), payments: countByStatus(payments), refunds: countByStatus(refunds) }
    },
  }
}

/** It is pending, or it failed and its money is still here. */
function needsAttention(refund: Refund, refunds: readonly Refund[], payments: readonly Payment[]): boolean {
  const { status, cause, payNo, amount, finishDate } = refund
  const payment = payments.find((each) => each.payNo === payNo)
  if (status !== 'failed' || payment?.status !== PayStatus.paid) return status === 'pending'
  if (cause !== 'operator') return cause !== 'external'
  const isAnswered = refunds.some((other) => other.payNo === payNo && other.createDate > (finishDate ?? 0))
  return amount <= refundableAmount(payment, refunds) && !isAnswered
}

function matches(order: Order, filter: OrderFilter): boolean {
  const { from = 0, to = Number.POSITIVE_INFINITY, minAmount = 0, maxAmount = Number.POSITIVE_INFINITY } = filter
  const isOrUnset = (wanted: string | undefined, value: string) => wanted === undefined || wanted === value
  return (
    isOrUnset(filter.status, order.status) &&
    isOrUnset(filter.userId, order.userId) &&
    isOrUnset(filter.orderId, order.id) &&
    isOrUnset(filter.outBusinessId, order.outBusinessId) &&
    (filter.outPayNo === undefined || order.payments.some(({ outPayNo }) => outPayNo === filter.outPayNo)) &&
    order.createDate >= from &&
    order.createDate < to &&
    order.totalPrice >= minAmount &&
    order.totalPrice <= maxAmount
  )
}

function countByStatus<Status extends string>(rows: readonly { readonly status: Status }[]) {
  const counts: Partial<Record<Status, number>> = {}
  for (const { status } of rows) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

/** What a reconciliation reads. */
export function fileLedger({ read }: SnapshotFile<OrderRows>): PaymentLedger {
  const payments = () => read(({ orders }) => [...orders.values()].flatMap((order) => order.payments))
  const refunds = () => read(({ orders }) => [...orders.values()].flatMap((order) => order.refunds))
  return {
    async paidWithin(span, request) {
      const paid = (await payments()).map((payment) => ({ ...payment, id: payment.payNo, at: payment.paySuccessTime }))
      const { rows, next } = pageOf(paid, span, request)
      return { entries: rows.map(ledgerPayment), next }
    },
    async refundedWithin(span, request) {
      const succeeded = (await refunds()).filter(({ status }) => status === 'succeeded')
      const finished = succeeded.map((refund) => ({ ...refund, at: refund.finishDate }))
      const { rows, next } = pageOf(finished, span, request)
      return { entries: rows.map(ledgerRefund), next }
    },
    paymentsOf: async (payNos) => (await payments()).filter(({ payNo }) => payNos.includes(payNo)).map(ledgerPayment),
    refundsOf: async (payNos) => (await refunds()).filter(({ payNo }) => payNos.includes(payNo)).map(ledgerRefund),
  }
}

const ledgerPayment = ({ payNo, totalPrice, status, outPayNo, paySuccessTime }: Payment): LedgerPayment => ({
  payNo,
  totalPrice,
  status,
  outPayNo,
  paySuccessTime,
})

const ledgerRefund = ({ payNo, outRequestNo, amount, status, createDate, finishDate }: Refund): LedgerRefund => ({
  payNo,
  outRequestNo,
  amount,
  status,
  createDate,
  finishDate,
})

interface Dated {
  readonly at: EpochMs | null
  readonly id: string
}

/** The rows of the span behind `after`, the earliest first, and where the next page begins. */
function pageOf<Row extends Dated>(all: readonly Row[], { from, to }: TimeSpan, { limit, after }: LedgerPageRequest) {
  const time = ({ at }: Dated) => at ?? 0
  const within = all.filter((row) => row.at !== null && row.at >= from && row.at < to)
  const isBehind = (row: Row) =>
    after === null || time(row) > after.at || (row.at === after.at && byId(row) > byId(after))
  const left = sortBy(within, time, byId).filter(isBehind)
  const rows = left.slice(0, limit)
  const last = rows.at(-1)
  return { rows, next: left.length > limit && last !== undefined ? { at: time(last), id: last.id } : null }
}
