import { CheckoutError, courseId, OrderType, type OrderView, orderId, type PayRecord, payNo } from '@coursepay/core'
import type { Hono } from 'hono'
import { type PageContext, type PageEnv, type PagesDeps, seeOther } from '../page.js'
import { payPage } from '../views/pay-page.js'
import { payPath } from './go-to-payment.js'
import { viewOf } from './pay-view.js'

/** The page with the code, and the button for who has paid and sees nothing. */
export function addPayRoutes(app: Hono<PageEnv>, deps: PagesDeps): void {
  const { orders } = deps
  app.get('/orders/:orderId/pay/:payNo', async (c) => {
    // A browser without scripts looks again in this way.
    if (c.req.query('ask') !== undefined) await orders.queryPayResult(payNo(c.req.param('payNo')), c.var.visitor.actor)
    return showPayment(c, await find(c, deps), deps)
  })
  app.post('/orders/:orderId/pay/:payNo/check', async (c) => {
    const payRecord = await orders.queryPayResult(payNo(c.req.param('payNo')), c.var.visitor.actor)
    return seeOther(c, `${payPath(payRecord)}?asked`)
  })
}

interface Found {
  readonly orderView: OrderView
  readonly payRecord: PayRecord
}

/** From the store alone: a page does not wait for the gateway. */
async function find(c: PageContext, { orders }: PagesDeps): Promise<Found> {
  const wanted = payNo(c.req.param('payNo'))
  const orderView = await orders.getOrder(orderId(c.req.param('orderId')), c.var.visitor.actor)
  const payRecord = orderView.payRecords.find((one) => one.payNo === wanted)
  if (payRecord === undefined) throw new CheckoutError('pay_record_not_found', 'There is no such payment.')
  return { orderView, payRecord }
}

async function showPayment(c: PageContext, { orderView, payRecord }: Found, deps: PagesDeps): Promise<Response> {
  const { clock, qr, publicBaseUrl, learning, sandbox } = deps
  const [line] = orderView.order.goods
  const course = line?.goodsType === OrderType.course ? courseId(line.goodsId) : null
  const status = course === null ? null : await learning.learnStatus(payRecord.userId, course)
  const now = clock.now()
  const payUrl = `${publicBaseUrl}/p/${payRecord.token}`
  return payPage(c, {
    view: viewOf({ order: orderView.order, payRecord, learnStatus: status?.learnStatus ?? null, now }),
    payRecord,
    remainingMs: Math.max(0, payRecord.expireDate - now),
    payUrl,
    qrcode: await qr.dataUrl(payUrl, 'svg'),
    coursePath: course === null ? '/' : `/courses/${encodeURIComponent(course)}`,
    asked: c.req.query('asked') !== undefined,
    sandbox,
  })
}
