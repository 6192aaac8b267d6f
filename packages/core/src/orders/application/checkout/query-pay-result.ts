import type { OrderService, PaymentCallbacks } from '../../ports/order-service.js'
import type { QueryIfDue } from '../settlement/query-gateway.js'
import type { UseCaseDependencies } from '../update-order.js'
import { loadOwnPayment, loadPayment } from './load-order.js'

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
