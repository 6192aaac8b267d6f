import { withPaymentIdsOnError } from '../../../shared/payment-ids.js'
import { paymentNotFoundError } from '../../domain/order.js'
import { checkPayable } from '../../domain/payment.js'
import { firstPollAfterPageOpened } from '../../domain/poll-backoff.js'
import type { OrderService, PaymentCallbacks } from '../../ports/order-service.js'
import type { QueryIfDue } from '../settlement/query-gateway.js'
import type { UseCaseDependencies } from '../update-order.js'
import { loadOwnPayment, loadPayment } from './load-order.js'

type OpenPayPageDependencies = Pick<UseCaseDependencies, 'store' | 'gateway' | 'clock'>

/**
 * Sends a buyer to the gateway, if this payment may still be paid. All that is signed comes from the stored payment.
 */
export function openPayPage({ store, gateway, clock }: OpenPayPageDependencies): PaymentCallbacks['openPayPage'] {
  return async (key, product) => {
    const { order, payment } = await ('token' in key
      ? loadPayment(store, { token: key.token })
      : loadOwnPayment(store, key.payNo, key.actor))
    if (key.payNo !== undefined && key.payNo !== payment.payNo) throw paymentNotFoundError()
    const { orderName, totalPrice, orderId, payNo } = payment
    return withPaymentIdsOnError({ orderId, payNo }, async () => {
      const now = clock.now()
      checkPayable(payment, order.status, now)
      // From now on it can be paid, and the notification may be lost.
      await store.schedule.schedule({ purpose: 'poll', payNo, outRequestNo: '', dueAt: firstPollAfterPageOpened(now) })
      return { ...(await gateway.payPage(payment, product)), orderName, totalPrice, orderId, payNo }
    })
  }
}

/** The stored payment, for its owner, after a query to the gateway if it is due. */
export function queryPayResult(
  { store }: Pick<UseCaseDependencies, 'store'>,
  queryIfDue: QueryIfDue,
): OrderService['queryPayResult'] {
  return async (payNo, actor) => {
    const { payment } = await loadOwnPayment(store, payNo, actor)
    return (await queryIfDue(payment)) ? (await loadPayment(store, { payNo })).payment : payment
  }
}

/** What the gateway put into the address is not read: anybody may open it. */
export function returnFromPayPage(
  { store }: Pick<UseCaseDependencies, 'store'>,
  queryIfDue: QueryIfDue,
): PaymentCallbacks['returnFromPayPage'] {
  return async (token) => {
    const found = await loadPayment(store, { token })
    return (await queryIfDue(found.payment)) ? loadPayment(store, { token }) : found
  }
}
