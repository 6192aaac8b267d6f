import {
  type EpochMs,
  type OrderRequest,
  OrderStatus,
  type OrderView,
  type PayRecord,
  PayStatus,
} from '@coursepay/core'
import { type PageContext, type PagesDeps, seeOther } from '../page.js'
import { withOrder } from '../session/session.js'
import { keepSession } from '../visitor.js'
import { findOrder } from './find-order.js'

/** A code with less time than this is no use any more: nobody opens an app, scans and pays so quickly. */
const SHORTEST_USE_MS = 2_000

export const payPath = ({ orderId, payNo }: Pick<PayRecord, 'orderId' | 'payNo'>) => `/orders/${orderId}/pay/${payNo}`

/** To the code that is open already, or to a new one; so two tabs of one browser show one code. */
export async function goToPayment(c: PageContext, request: OrderRequest, deps: PagesDeps): Promise<Response> {
  const { session, actor } = c.var.visitor
  const known = session.orders.find(({ outBusinessId }) => outBusinessId === request.outBusinessId)
  const view = known === undefined ? null : await findOrder(known.orderId, actor, deps)
  const open = view === null ? undefined : openAttempt(view, deps.clock.now())
  const payRecord = open ?? (await deps.orders.createOrder(actor.userId, request))
  const { outBusinessId } = request
  await keepSession(c, withOrder(session, { outBusinessId, orderId: payRecord.orderId }), deps)
  return seeOther(c, payPath(payRecord))
}

function openAttempt({ order, payRecords }: OrderView, now: EpochMs): PayRecord | undefined {
  if (order.status !== OrderStatus.unpaid) return undefined
  return payRecords.findLast(
    ({ status, expireDate }) => status === PayStatus.unpaid && expireDate - now > SHORTEST_USE_MS,
  )
}
