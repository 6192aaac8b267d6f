import { CheckoutError } from '../../shared/checkout-error.js'
import type { OrderId } from '../../shared/identifiers.js'
import type { Order } from '../domain/order.js'
import type { Actor, OrderView } from '../ports/order-service.js'
import type { OrderStores } from '../ports/order-stores.js'
import type { OrderDependencies } from './order-dependencies.js'

/** An order with its attempts and refunds, for its owner or an operator. */
export function getOrder({ stores }: Pick<OrderDependencies, 'stores'>) {
  return async (orderId: OrderId, actor: Actor): Promise<OrderView> => {
    return viewOfOrder(stores, await findForActor(stores, orderId, actor))
  }
}

export async function viewOfOrder({ payRecords, refunds }: OrderStores, order: Order): Promise<OrderView> {
  const [attempts, refundsOfOrder] = await Promise.all([payRecords.listOf(order.id), refunds.listOf(order.id)])
  return { order, payRecords: attempts, refunds: refundsOfOrder }
}

export async function findForActor({ orders }: OrderStores, orderId: OrderId, actor: Actor): Promise<Order> {
  const order = await orders.find(orderId)
  if (order === null) throw new CheckoutError('order_not_found', 'There is no such order.')
  if (order.userId !== actor.userId && !actor.operator) {
    throw new CheckoutError('not_yours', 'This order belongs to another user.')
  }
  return order
}
