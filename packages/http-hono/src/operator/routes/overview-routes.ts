import { type Actor, CheckoutError, messageId, type OrderId, orderId, type PayNo } from '@coursepay/core'
import { isSnowflake } from '@coursepay/core/ports'
import type { Hono } from 'hono'
import { actorOf, type PageEnv, seeOther } from '../../school/page.js'
import { mainPaymentOf } from '../diagnosis.js'
import { type OperatorPagesDeps, paymentPath } from '../operator-page.js'
import { overviewPageAnswer } from '../views/overview-page.js'

/** The figures, what is stuck with what can be done about it, and the way to one payment. */
export function addOverviewRoutes(app: Hono<PageEnv>, deps: OperatorPagesDeps): void {
  const { operator, views, orders, history } = deps
  app.get('/operator', async (c) => {
    const [samples, stuck] = await Promise.all([history.read(), views.stuck()])
    const { found, done } = c.req.query()
    return overviewPageAnswer(c, { samples, stuck, nothingFound: found === 'nothing', done: done ?? null })
  })
  app.get('/operator/find', async (c) => {
    const payNo = await findPayNoByPayNoOrOrderId((c.req.query('number') ?? '').trim(), actorOf(c), deps)
    return seeOther(c, payNo === null ? '/operator?found=nothing' : paymentPath(payNo))
  })
  app.get('/operator/orders/:orderId', async (c) => {
    const attempt = mainPaymentOf(await orders.getOrder(orderId(c.req.param('orderId')), actorOf(c)))
    return seeOther(c, attempt === undefined ? '/operator?found=nothing' : paymentPath(attempt.payNo))
  })
  app.post('/operator/orders/:orderId/close', async (c) => {
    await orders.closeOrder(orderId(c.req.param('orderId')), actorOf(c))
    return seeOther(c, '/operator?done=closed')
  })
  app.post('/operator/outbox/:id/redeliver', async (c) => {
    await operator.redeliver(messageId(c.req.param('id')), actorOf(c))
    return seeOther(c, '/operator?done=redelivered')
  })
}

/** A number is a payment's or an order's: both are of one kind, and neither is known to be which. */
async function findPayNoByPayNoOrOrderId(number: string, actor: Actor, deps: OperatorPagesDeps): Promise<PayNo | null> {
  if (!isSnowflake(number)) return null
  const timeline = await nullOnErrorCode(deps.views.timeline(number as PayNo), 'pay_record_not_found')
  if (timeline !== null) return timeline.payNo
  const order = await nullOnErrorCode(deps.orders.getOrder(number as OrderId, actor), 'order_not_found')
  return order === null ? null : (mainPaymentOf(order)?.payNo ?? null)
}

async function nullOnErrorCode<Found>(search: Promise<Found>, code: CheckoutError['code']): Promise<Found | null> {
  try {
    return await search
  } catch (error) {
    if (CheckoutError.isInstance(error) && error.code === code) return null
    throw error
  }
}
