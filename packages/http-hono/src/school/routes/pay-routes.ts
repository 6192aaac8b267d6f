import {
  CheckoutError,
  courseId,
  LearnStatus,
  type Order,
  OrderType,
  orderId,
  type Payment,
  payNo,
} from '@coursepay/core'
import { buyerPaymentStatus, readOrderDetail } from '@coursepay/core/ports'
import type { Hono } from 'hono'
import { actorOf, type PageContext, type PageEnv, type PagesDeps, seeOther } from '../page.js'
import { payPageAnswer, payPath } from '../views/pay-page.js'

/** The page with the code, and the button for who has paid and sees nothing. */
export function addPayRoutes(app: Hono<PageEnv>, deps: PagesDeps): void {
  const { orders } = deps
  app.get('/orders/:orderId/pay/:payNo', async (c) => {
    // A browser without scripts looks again in this way.
    if (c.req.query('ask') !== undefined) await orders.queryPayResult(payNo(c.req.param('payNo')), actorOf(c))
    return showPayment(c, await getPaymentOfRequest(c, deps), deps)
  })
  app.post('/orders/:orderId/pay/:payNo/check', async (c) => {
    const payment = await orders.queryPayResult(payNo(c.req.param('payNo')), actorOf(c))
    return seeOther(c, `${payPath(payment)}?asked`)
  })
}

interface FoundPayment {
  readonly order: Order
  readonly payment: Payment
}

/** From the store alone: a page does not wait for the gateway. */
async function getPaymentOfRequest(c: PageContext, { orders }: PagesDeps): Promise<FoundPayment> {
  const wanted = payNo(c.req.param('payNo'))
  const order = await orders.getOrder(orderId(c.req.param('orderId')), actorOf(c))
  const payment = order.payments.find((one) => one.payNo === wanted)
  if (payment === undefined)
    throw new CheckoutError('pay_record_not_found', 'There is no such payment. Check its number.')
  return { order, payment }
}

async function showPayment(c: PageContext, { order, payment }: FoundPayment, deps: PagesDeps): Promise<Response> {
  const { clock, qr, publicBaseUrl, learning, sandbox } = deps
  const [line] = readOrderDetail(order.orderDetail)
  const course = line?.goodsType === OrderType.course ? courseId(line.goodsId) : null
  const status = course === null ? null : await learning.learnStatus(payment.userId, course)
  const now = clock.now()
  const payUrl = `${publicBaseUrl}/p/${payment.token}`
  const paymentStatus = buyerPaymentStatus(payment, order.status, now, order.refunds)
  return payPageAnswer(c, {
    // Paid, and the course is not open yet.
    view: paymentStatus === 'paid' && status?.learnStatus === LearnStatus.notPaid ? 'activating' : paymentStatus,
    payment,
    remainingMs: Math.max(0, payment.expireDate - now),
    payUrl,
    qrcode: await qr.dataUrl(payUrl, 'svg'),
    coursePath: course === null ? '/' : `/courses/${encodeURIComponent(course)}`,
    asked: c.req.query('asked') !== undefined,
    sandbox,
  })
}
