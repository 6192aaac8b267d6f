import { CheckoutError, orderId, payNo } from '@coursepay/core'
import type { Hono } from 'hono'
import { readRefundRequest } from '../../schemas/refund-request.js'
import { actorOf, type PageContext, type PageEnv } from '../../school/page.js'
import { type OperatorPagesDeps, paymentPath } from '../operator-page.js'
import { paymentPage } from '../views/payment-page.js'

/** One payment: its story, and what can be done about it. */
export function addPaymentRoutes(app: Hono<PageEnv>, deps: OperatorPagesDeps): void {
  const { operator, views, orders } = deps
  app.get('/operator/payments/:payNo', (c) => showPayment(c, deps))
  app.post('/operator/payments/:payNo/ask', async (c) => {
    const { gatewayStatus, payment } = await operator.queryNow(payNo(c.req.param('payNo')), actorOf(c))
    return c.redirect(`${paymentPath(payment.payNo)}?said=${gatewayStatus}`, 303)
  })
  app.post('/operator/payments/:payNo/close', async (c) => {
    const timeline = await views.timeline(payNo(c.req.param('payNo')))
    await orders.closeOrder(timeline.orderId, actorOf(c))
    return c.redirect(`${paymentPath(timeline.payNo)}?done=closed`, 303)
  })
  app.post('/operator/orders/:orderId/refunds', async (c) => {
    const { amount, reason, outRequestNo } = await c.req.parseBody()
    const request = readRefundRequest({ reason, outRequestNo, ...(amount === '' ? {} : { amount }) })
    const refund = await orders.refundOrder(orderId(c.req.param('orderId')), request, actorOf(c))
    return c.redirect(`${paymentPath(refund.payNo)}?done=refund`, 303)
  })
}

async function showPayment(c: PageContext, { views, orders }: OperatorPagesDeps): Promise<Response> {
  const timeline = await views.timeline(payNo(c.req.param('payNo')))
  const order = await orders.getOrder(timeline.orderId, actorOf(c))
  const payment = order.payments.find((one) => one.payNo === timeline.payNo)
  if (payment === undefined) throw new CheckoutError('pay_record_not_found', 'There is no such payment.')
  const { said, done } = c.req.query()
  return paymentPage(c, { payment, order, events: timeline.events, said: said ?? null, done: done ?? null })
}
