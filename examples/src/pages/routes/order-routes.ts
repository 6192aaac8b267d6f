import { orderId } from '@coursepay/core'
import type { Hono } from 'hono'
import { type PageEnv, type PagesDeps, seeOther } from '../page.js'
import { orderListPage } from '../views/order-pages.js'
import { findOrder } from './find-order.js'
import { goToPayment } from './go-to-payment.js'

/** The orders of this browser; closing one, and paying one. */
export function addOrderRoutes(app: Hono<PageEnv>, deps: PagesDeps): void {
  const { orders } = deps
  app.get('/orders', async (c) => {
    const { session, actor } = c.var.visitor
    const found = await Promise.all(session.orders.map((known) => findOrder(known.orderId, actor, deps)))
    return orderListPage(
      c,
      found.filter((view) => view !== null),
    )
  })
  app.post('/orders/:orderId/close', async (c) => {
    await orders.closeOrder(orderId(c.req.param('orderId')), c.var.visitor.actor)
    return seeOther(c, '/orders')
  })
  app.post('/orders/:orderId/pay', async (c) => {
    const { order } = await orders.getOrder(orderId(c.req.param('orderId')), c.var.visitor.actor)
    return goToPayment(c, order, deps)
  })
}
