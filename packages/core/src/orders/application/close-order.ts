import { CheckoutError } from '../../shared/checkout-error.js'
import type { OrderId, PayNo } from '../../shared/identifiers.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { Order } from '../domain/order.js'
import type { Actor, OrderView } from '../ports/order-service.js'
import type { CloseAttempt } from './close-attempt.js'
import { findForActor, getOrder } from './get-order.js'
import type { OrderDependencies } from './order-dependencies.js'

type Dependencies = Pick<OrderDependencies, 'unitOfWork' | 'stores'>

/** Closes an unpaid order for its owner or an operator. */
export function closeOrder(dependencies: Dependencies, closeAttempt: CloseAttempt) {
  const { stores } = dependencies
  const close = closeUnpaid(dependencies, closeAttempt)
  const view = getOrder(dependencies)
  return async (orderId: OrderId, actor: Actor): Promise<OrderView> => {
    await findForActor(stores, orderId, actor)
    await close(orderId)
    checkClosed((await findForActor(stores, orderId, actor)).status)
    return view(orderId, actor)
  }
}

function checkClosed(status: Order['status']): void {
  switch (status) {
    case OrderStatus.closed:
      return
    case OrderStatus.paid:
      throw new CheckoutError('order_already_paid', 'This order is paid and cannot be closed.')
    case OrderStatus.refunded:
      throw new CheckoutError('order_already_refunded', 'This order was paid and refunded.')
    case OrderStatus.unpaid:
      throw new CheckoutError('state_conflict', 'The order changed at this moment. Ask again.')
  }
}

/**
 * Closes an order at the gateway first and then here, so that nobody can pay what is closed; asks before, so that what was
 * paid is booked instead. Leaves an order that changed meanwhile (paid, or asked for once more) as it is. Throws
 * `gateway_unknown` when the gateway gives no clear word: then the order stays as it is too.
 */
export function closeUnpaid({ unitOfWork, stores }: Dependencies, close: CloseAttempt) {
  return async (orderId: OrderId): Promise<void> => {
    const order = await stores.orders.find(orderId)
    if (order?.status !== OrderStatus.unpaid) return
    const asked = await openAttempts(stores, orderId)
    for (const payRecord of asked) {
      if ((await close(payRecord)) === 'unclear') throw unclear()
    }
    await unitOfWork.run((bound) => closeHere(bound, order, new Set(asked.map(({ payNo }) => payNo))))
  }
}

async function closeHere(
  { orders, payRecords }: Dependencies['stores'],
  { id, expireDate }: Order,
  asked: ReadonlySet<PayNo>,
): Promise<void> {
  const { unpaid, closed } = OrderStatus
  // This locks the order's row, so the list of its attempts is complete.
  if (!(await orders.change(id, { from: unpaid, to: closed, fromExpireDate: expireDate }))) return
  const open = await openAttempts({ payRecords }, id)
  // Asked for once more within one millisecond, which left the expiry as it was: nobody closed that attempt at the gateway.
  if (open.some(({ payNo }) => !asked.has(payNo))) return void (await orders.change(id, { from: closed, to: unpaid }))
  for (const { payNo } of open) await payRecords.change(payNo, { from: PayStatus.unpaid, to: PayStatus.closed })
}

async function openAttempts({ payRecords }: Pick<Dependencies['stores'], 'payRecords'>, orderId: OrderId) {
  return (await payRecords.listOf(orderId)).filter((payRecord) => payRecord.status === PayStatus.unpaid)
}

const unclear = () => new CheckoutError('gateway_unknown', 'The payment service gave no clear answer. Try again later.')
