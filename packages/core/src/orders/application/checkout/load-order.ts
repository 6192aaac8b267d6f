import { CheckoutError } from '../../../shared/checkout-error.js'
import type { OrderId, PayNo } from '../../../shared/identifiers.js'
import { type Order, orderNotFoundError, paymentNotFoundError } from '../../domain/order.js'
import type { Payment } from '../../domain/payment.js'
import type { OrderKey } from '../../ports/order-repository.js'
import type { Actor } from '../../ports/order-service.js'
import type { OrderStore } from '../../ports/order-store.js'

/**
 * The order, for its owner or an operator. Throws `order_not_found`, also for an order of another user: orders cannot
 * be counted.
 */
export async function loadOrderForActor(
  { orders }: Pick<OrderStore, 'orders'>,
  id: OrderId,
  actor: Actor,
): Promise<Order> {
  const order = await orders.find({ id })
  if (order === null || (order.userId !== actor.userId && !actor.operator)) throw orderNotFoundError()
  return order
}

type PaymentKey = Extract<OrderKey, { payNo: unknown } | { token: unknown }>

interface FoundPayment {
  readonly order: Order
  readonly payment: Payment
}

/** An order and one of its payments; null where there is none. */
export async function findPaymentBy(
  { orders }: Pick<OrderStore, 'orders'>,
  key: PaymentKey,
): Promise<FoundPayment | null> {
  const order = await orders.find(key)
  const payment = order?.payments.find(({ payNo, token }) =>
    'payNo' in key ? payNo === key.payNo : token === key.token,
  )
  return order && payment ? { order, payment } : null
}

/** The same. Throws `pay_record_not_found`. */
export async function loadPayment(store: Pick<OrderStore, 'orders'>, key: PaymentKey): Promise<FoundPayment> {
  const found = await findPaymentBy(store, key)
  if (found === null) throw paymentNotFoundError()
  return found
}

/** The same for its owner alone. A payment of another user is not found either. */
export async function loadOwnPayment(store: Pick<OrderStore, 'orders'>, payNo: PayNo, { userId }: Actor) {
  const found = await loadPayment(store, { payNo })
  if (found.payment.userId !== userId) throw paymentNotFoundError()
  return found
}

export function checkOperator({ operator }: Actor): void {
  if (!operator)
    throw new CheckoutError('operators_only', 'Only an operator may do this. Send a token with the role "operator".')
}
