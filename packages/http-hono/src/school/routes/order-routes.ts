import {
  type EpochMs,
  type Order,
  type OrderRequest,
  OrderStatus,
  orderId,
  type Payment,
  PayStatus,
} from '@coursepay/core'
import { readOrderDetail } from '@coursepay/core/ports'
import type { Hono } from 'hono'
import {
  actorOf,
  lastPageNumberOf,
  PAGE_SIZE,
  type PageContext,
  type PageEnv,
  type PagesDeps,
  readPageNumber,
  seeOther,
} from '../page.js'
import { orderListPageAnswer } from '../views/order-pages.js'
import { payPath } from '../views/pay-page.js'

/** My orders, page by page; closing one, and paying one. */
export function addOrderRoutes(app: Hono<PageEnv>, deps: PagesDeps): void {
  const { orders, buyer } = deps
  app.get('/orders', async (c) => {
    const page = readPageNumber(c)
    const { orders: mine, total } = await buyer.myOrders(actorOf(c).userId, page, PAGE_SIZE)
    return orderListPageAnswer(c, { orders: mine, page, lastPage: lastPageNumberOf(total) })
  })
  app.post('/orders/:orderId/close', async (c) => {
    await orders.closeOrder(orderId(c.req.param('orderId')), actorOf(c))
    return seeOther(c, '/orders')
  })
  app.post('/orders/:orderId/pay', async (c) => {
    const order = await orders.getOrder(orderId(c.req.param('orderId')), actorOf(c))
    return redirectToOpenOrNewPayment(c, { ...order, goods: readOrderDetail(order.orderDetail) }, deps)
  })
}

/** A code with less time than this is no use any more: nobody opens an app, scans and pays so quickly. */
const MIN_REMAINING_PAYMENT_MS = 2_000

/** To the code that is open already, or to a new one; so two tabs, or two devices of one user, show one code. */
export async function redirectToOpenOrNewPayment(
  c: PageContext,
  request: OrderRequest,
  deps: PagesDeps,
): Promise<Response> {
  const { userId } = actorOf(c)
  const order = await deps.buyer.myOrderFor(userId, request.orderType, request.outBusinessId)
  const open = order === null ? undefined : findOpenPayment(order, deps.clock.now())
  return seeOther(c, payPath(open ?? (await deps.orders.createOrder(userId, request))))
}

function findOpenPayment({ status, payments }: Order, now: EpochMs): Payment | undefined {
  if (status !== OrderStatus.unpaid) return undefined
  return payments.findLast(
    (payment) => payment.status === PayStatus.unpaid && payment.expireDate - now > MIN_REMAINING_PAYMENT_MS,
  )
}
