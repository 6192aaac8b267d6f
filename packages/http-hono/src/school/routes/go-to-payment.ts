import { type EpochMs, type Order, type OrderRequest, OrderStatus, type Payment, PayStatus } from '@coursepay/core'
import { actorOf, type PageContext, type PagesDeps, seeOther } from '../page.js'

/** A code with less time than this is no use any more: nobody opens an app, scans and pays so quickly. */
const MIN_USE_MS = 2_000

export const payPath = ({ orderId, payNo }: Pick<Payment, 'orderId' | 'payNo'>) => `/orders/${orderId}/pay/${payNo}`

/** To the code that is open already, or to a new one; so two tabs, or two devices of one user, show one code. */
export async function goToPayment(c: PageContext, request: OrderRequest, deps: PagesDeps): Promise<Response> {
  const { userId } = actorOf(c)
  const order = await deps.buyer.myOrderFor(userId, request.orderType, request.outBusinessId)
  const open = order === null ? undefined : openPayment(order, deps.clock.now())
  return seeOther(c, payPath(open ?? (await deps.orders.createOrder(userId, request))))
}

function openPayment({ status, payments }: Order, now: EpochMs): Payment | undefined {
  if (status !== OrderStatus.unpaid) return undefined
  return payments.findLast((payment) => payment.status === PayStatus.unpaid && payment.expireDate - now > MIN_USE_MS)
}
