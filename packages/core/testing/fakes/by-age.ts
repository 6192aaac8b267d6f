import type { Payment } from '../../src/orders/domain/payment.js'
import type { Refund } from '../../src/orders/domain/refund.js'

/** Orders decimal ids by their value; `Number` would lose digits above 2^53. */
export function compareIds(some: string, other: string): number {
  if (some.length !== other.length) return some.length - other.length
  return some < other ? -1 : some > other ? 1 : 0
}

/** Oldest first, by these members; what is of one millisecond goes by id. */
export const comparatorByAge =
  <Time extends string, Id extends string>(time: Time, id: Id) =>
  <Row extends Readonly<Record<Time, number> & Record<Id, string>>>(some: Row, other: Row): number =>
    some[time] - other[time] || compareIds(some[id], other[id])

export const oldestPaymentFirst: (some: Payment, other: Payment) => number = comparatorByAge('createDate', 'payNo')
export const oldestRefundFirst: (some: Refund, other: Refund) => number = comparatorByAge('createDate', 'id')
