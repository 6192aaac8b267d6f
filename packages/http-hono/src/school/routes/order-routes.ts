import { orderId } from '@coursepay/core'
import { readOrderDetail } from '@coursepay/core/ports'
import type { Hono } from 'hono'
import { actorOf, lastPageOf, PAGE_SIZE, type PageEnv, type PagesDeps, readPage, seeOther } from '../page.js'
import { orderListPage } from '../views/order-pages.js'
import { goToPayment } from './go-to-payment.js'

/** My orders, page by page; closing one, and paying one. */
export function addOrderRoutes(app: Hono<PageEnv>, deps: PagesDeps): void {
  const { orders, buyer } = deps
  app.get('/orders', async (c) => {
    const page = readPage(c)
    const { orders: mine, total } = await buyer.myOrders(actorOf(c).userId, page, PAGE_SIZE)
    return orderListPage(c, { orders: mine, page, lastPage: lastPageOf(total) })
  })
  app.post('/orders/:orderId/close', async (c) => {
    await orders.closeOrder(orderId(c.req.param('orderId')), actorOf(c))
    return seeOther(c, '/orders')
  })
  app.post('/orders/:orderId/pay', async (c) => {
    const order = await orders.getOrder(orderId(c.req.param('orderId')), actorOf(c))
    return goToPayment(c, { ...order, goods: readOrderDetail(order.orderDetail) }, deps)
  })
}
