import type { Order } from '../../src/orders/domain/order.js'
import type { Payment } from '../../src/orders/domain/payment.js'
import { type Refund, refundableAmount } from '../../src/orders/domain/refund.js'
import type { OrderFilter, OrderPosition, OrderViews } from '../../src/orders/ports/order-views.js'
import { PayStatus } from '../../src/shared/status-codes.js'
import { comparatorByAge, oldestPaymentFirst, oldestRefundFirst } from './by-age.js'
import { copyOf } from './copy-of.js'
import type { OrderRows } from './in-memory-order-rows.js'
import type { RowStorage } from './row-storage.js'

const compareOldestFirst = comparatorByAge('createDate', 'id')
const newestFirst = (one: OrderPosition, other: OrderPosition) => compareOldestFirst(other, one)
/** Its money is still here, in whole or in part. */
const isPaid = ({ status }: Payment) => status === PayStatus.paid

export function orderViewsIn({ read }: RowStorage<OrderRows>): OrderViews {
  const readAll = <Result>(query: (all: readonly Order[]) => Result) =>
    read(({ orders }) => query([...orders.values()]))
  return {
    pageOf: (userId, offset, limit) =>
      readAll((all) => {
        const orders = all.filter((order) => order.userId === userId)
        return { orders: copyOf(orders.sort(newestFirst).slice(offset, offset + limit)), total: orders.length }
      }),
    search: (filter, after, limit) =>
      readAll((all) => {
        const isBehind = (order: Order) => after === null || compareOldestFirst(order, after) < 0
        const found = all.filter((order) => isBehind(order) && matchesFilter(order, filter))
        const orders = copyOf(found.sort(newestFirst).slice(0, limit))
        const last = orders.at(-1)
        const next = found.length > limit && last !== undefined ? { createDate: last.createDate, id: last.id } : null
        return { orders, next }
      }),
    openRefunds: (limit) =>
      readAll((all) => copyOf(all.flatMap(openRefundsOf).sort(oldestRefundFirst).slice(0, limit))),
    heldPayments: (limit) =>
      readAll((all) => {
        const held = all.flatMap(({ payments }) => payments.filter((each) => each.receipt === 'held' && isPaid(each)))
        return copyOf(held.sort(oldestPaymentFirst).slice(0, limit))
      }),
    counts: () =>
      readAll((all) => ({
        orders: countByStatus(all),
        payments: countByStatus(all.flatMap(({ payments }) => payments)),
        refunds: countByStatus(all.flatMap(({ refunds }) => refunds)),
      })),
  }
}

function matchesFilter(order: Order, filter: OrderFilter): boolean {
  const { outPayNo, from = 0, to = Infinity, minAmount = 0, maxAmount = Infinity, orderId: id, ...members } = filter
  return (
    Object.entries({ id, ...members }).every(
      ([name, value]) => value === undefined || Reflect.get(order, name) === value,
    ) &&
    (outPayNo === undefined || order.payments.some((payment) => payment.outPayNo === outPayNo)) &&
    order.createDate >= from &&
    order.createDate < to &&
    order.totalPrice >= minAmount &&
    order.totalPrice <= maxAmount
  )
}

/** Pending ones, and those that failed while their money is still here. */
function openRefundsOf({ payments, refunds }: Order): Refund[] {
  const paidPayments = new Map(payments.filter(isPaid).map((payment) => [payment.payNo, payment]))
  const isAnswered = ({ payNo, finishDate }: Refund) =>
    refunds.some((other) => other.payNo === payNo && finishDate !== null && other.createDate > finishDate)
  const isLeft = (refund: Refund) => {
    const payment = paidPayments.get(refund.payNo)
    if (payment === undefined) return false
    if (refund.cause !== 'operator') return refund.cause === 'surplus' || refund.cause === 'late'
    return refund.amount <= refundableAmount(payment, refunds) && !isAnswered(refund)
  }
  return refunds.filter((refund) => refund.status === 'pending' || (refund.status === 'failed' && isLeft(refund)))
}

function countByStatus<State extends string>(
  all: readonly { readonly status: State }[],
): Partial<Record<State, number>> {
  const counts: Partial<Record<State, number>> = {}
  for (const { status } of all) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
