import { CheckoutError } from '../../../shared/checkout-error.js'
import type { OrderId, PayNo } from '../../../shared/identifiers.js'
import { type Order, orderNotFound, paymentNotFound } from '../../domain/order.js'
import type { Payment } from '../../domain/payment.js'
import type { OrderKey } from '../../ports/order-repository.js'
import type { Actor } from '../../ports/order-service.js'
import type { OrderStore } from '../../ports/order-store.js'

/**
 * The order, for its owner or an operator. Throws `order_not_found`, also for an order of another user: orders cannot
 * be counted.
 */
export async function findForActor({ orders }: Pick<OrderStore, 'orders'>, id: OrderId, actor: Actor): Promise<Order> {
  const order = await orders.find({ id })
  if (order === null || (order.userId !== actor.userId && !actor.operator)) throw orderNotFound()
  return order
}

/** An order and one of its payments. Throws `pay_record_not_found`. */
export async function findPaymentBy(
  { orders }: Pick<OrderStore, 'orders'>,
  key: Extract<OrderKey, { payNo: unknown } | { token: unknown }>,
): Promise<{ readonly order: Order; readonly payment: Payment }> {
  const order = await orders.find(key)
  const payment =
    'payNo' in key
      ? order?.payments.find(isNumbered(key.payNo))
      : order?.payments.find(({ token }) => token === key.token)
  if (order === null || payment === undefined) throw paymentNotFound()
  return { order, payment }
}

const isNumbered =
  (number: PayNo) =>
  ({ payNo }: Payment) =>
    payNo === number

/** The same for its owner alone. A payment of another user is not found either. */
export async function findOwnPayment(store: Pick<OrderStore, 'orders'>, payNo: PayNo, { userId }: Actor) {
  const found = await findPaymentBy(store, { payNo })
  if (found.payment.userId !== userId) throw paymentNotFound()
  return found
}

export function checkOperator({ operator }: Actor): void {
  if (!operator)
    throw new CheckoutError('operators_only', 'Only an operator may do this. Send a token with the role "operator".')
}
