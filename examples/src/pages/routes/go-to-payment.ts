import {
  type EpochMs,
  type OrderRequest,
  OrderStatus,
  type OrderView,
  type PayRecord,
  PayStatus,
} from '@coursepay/core'
import { type PageContext, type PagesDeps, seeOther } from '../page.js'

/** A code with less time than this is no use any more: nobody opens an app, scans and pays so quickly. */
const SHORTEST_USE_MS = 2_000

export const payPath = ({ orderId, payNo }: Pick<PayRecord, 'orderId' | 'payNo'>) => `/orders/${orderId}/pay/${payNo}`

/** To the code that is open already, or to a new one; so two tabs, or two devices of one user, show one code. */
export async function goToPayment(c: PageContext, request: OrderRequest, deps: PagesDeps): Promise<Response> {
  const { userId } = c.var.visitor.actor
  const view = await deps.buyer.myOrderFor(userId, request.outBusinessId)
  const open = view === null ? undefined : openAttempt(view, deps.clock.now())
  return seeOther(c, payPath(open ?? (await deps.orders.createOrder(userId, request))))
}

function openAttempt({ order, payRecords }: OrderView, now: EpochMs): PayRecord | undefined {
  if (order.status !== OrderStatus.unpaid) return undefined
  return payRecords.findLast(
    ({ status, expireDate }) => status === PayStatus.unpaid && expireDate - now > SHORTEST_USE_MS,
  )
}
