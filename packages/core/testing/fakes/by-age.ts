import type { Payment } from '../../src/orders/domain/payment.js'
import type { Refund } from '../../src/orders/domain/refund.js'

/** Orders decimal ids by their value; `Number` would lose digits above 2^53. */
export function compareIds(some: string, other: string): number {
  if (some.length !== other.length) return some.length - other.length
  return some < other ? -1 : some > other ? 1 : 0
}

/** Oldest first; what is of one millisecond goes by id. */
export function byAge<Row>(time: (row: Row) => number, id: (row: Row) => string) {
  return (some: Row, other: Row): number => time(some) - time(other) || compareIds(id(some), id(other))
}

export const oldestPaymentFirst = byAge<Payment>(
  ({ createDate }) => createDate,
  ({ payNo }) => payNo,
)
export const oldestRefundFirst = byAge<Refund>(
  ({ createDate }) => createDate,
  ({ id }) => id,
)
