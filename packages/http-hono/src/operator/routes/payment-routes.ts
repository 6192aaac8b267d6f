import { CheckoutError, type Order, type Payment, payNo, readYuan, writeYuan } from '@coursepay/core'
import { type PaymentTimelineEvent, refundableAmount } from '@coursepay/core/ports'
import type { Hono } from 'hono'
import { problemText } from '../../pages/problem-texts.js'
import { problemOf } from '../../problem/problem.js'
import { parseRefundRequest } from '../../schemas/refund-request.js'
import { actorOf, type PageContext, type PageEnv, seeOther } from '../../school/page.js'
import { padYuanDecimals } from '../form-fields.js'
import { type OperatorPagesDeps, paymentPath } from '../operator-page.js'
import { paymentPageAnswer } from '../views/payment-page.js'
import { confirmRefundPageAnswer, type RefundFormValues, type RejectedRefundForm } from '../views/refunds.js'

/** One payment: its story, and what can be done about it. */
export function addPaymentRoutes(app: Hono<PageEnv>, deps: OperatorPagesDeps): void {
  const { operator, views, orders } = deps
  app.get('/operator/payments/:payNo', async (c) => showPayment(c, await getPaymentOfRequest(c, deps)))
  app.post('/operator/payments/:payNo/ask', async (c) => {
    const { gatewayStatus, payment } = await operator.queryNow(payNo(c.req.param('payNo')), actorOf(c))
    return seeOther(c, `${paymentPath(payment.payNo)}?said=${gatewayStatus}`)
  })
  app.post('/operator/payments/:payNo/close', async (c) => {
    const timeline = await views.timeline(payNo(c.req.param('payNo')))
    await orders.closeOrder(timeline.orderId, actorOf(c))
    return seeOther(c, `${paymentPath(timeline.payNo)}?done=closed`)
  })
  app.post('/operator/payments/:payNo/resolve', async (c) => {
    const { decision, reason } = await c.req.parseBody()
    if ((decision !== 'fulfil' && decision !== 'refund') || typeof reason !== 'string' || reason.trim() === '') {
      throw new CheckoutError('invalid_request', 'Choose a decision and write a reason.')
    }
    const payment = await operator.resolveHeldPayment(payNo(c.req.param('payNo')), decision, reason, actorOf(c))
    return seeOther(c, `${paymentPath(payment.payNo)}?done=resolved`)
  })
  app.post('/operator/payments/:payNo/refunds', (c) => handleRefund(c, deps))
}

/** Asks first; what cannot be done leaves the form as it was written. */
async function handleRefund(c: PageContext, deps: OperatorPagesDeps): Promise<Response> {
  const body = await c.req.parseBody()
  const text = (name: string) => (typeof body[name] === 'string' ? body[name].trim() : '')
  const fields = { amount: text('amount'), reason: text('reason'), outRequestNo: text('outRequestNo') }
  const found = await getPaymentOfRequest(c, deps)
  try {
    const request = parseRefundRequest({
      ...fields,
      amount: fields.amount === '' ? undefined : padYuanDecimals(fields.amount),
    })
    if (text('confirmed') === '') return await askToConfirmRefund(c, found, fields)
    const { id } = found.order
    const done = await deps.orders.refundOrder(id, request, actorOf(c))
    return seeOther(c, `${paymentPath(done.payNo)}?done=refund`)
  } catch (error) {
    const { status, code } = problemOf(error)
    if (status >= 500) throw error
    const message = problemText(code, c.var.visitor.language)
    return showPayment(c, found, { fields, message, status })
  }
}

async function askToConfirmRefund(
  c: PageContext,
  { payment, order }: FoundPayment,
  fields: RefundFormValues,
): Promise<Response> {
  const ofThis = order.refunds.filter((each) => each.payNo === payment.payNo)
  const rest = refundableAmount(payment, ofThis)
  const sum = fields.amount === '' ? rest : readYuan(padYuanDecimals(fields.amount))
  if (sum > rest || sum === 0) {
    throw new CheckoutError('refund_exceeds_rest', 'The amount exceeds what is left to refund. Refund less.')
  }
  return confirmRefundPageAnswer(c, { payment, fields, sum: writeYuan(sum) })
}

interface FoundPayment {
  readonly payment: Payment
  readonly order: Order
  readonly events: readonly PaymentTimelineEvent[]
}

async function getPaymentOfRequest(c: PageContext, { views, orders }: OperatorPagesDeps): Promise<FoundPayment> {
  const timeline = await views.timeline(payNo(c.req.param('payNo')))
  const order = await orders.getOrder(timeline.orderId, actorOf(c))
  const payment = order.payments.find((one) => one.payNo === timeline.payNo)
  if (payment === undefined)
    throw new CheckoutError('pay_record_not_found', 'There is no such payment. Check its number.')
  return { payment, order, events: timeline.events }
}

function showPayment(c: PageContext, found: FoundPayment, draft?: RejectedRefundForm): Response | Promise<Response> {
  const { said, done } = c.req.query()
  const state = { ...found, gatewayStatus: said ?? null, done: done ?? null }
  return paymentPageAnswer(c, draft === undefined ? state : { ...state, draft })
}
