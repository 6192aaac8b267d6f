import {
  CheckoutError,
  type CheckoutErrorCode,
  checkoutErrorCodes,
  type Order,
  type OrderRequest,
  type OrderService,
  orderId,
  outBusinessId,
  type Payment,
  payNo,
  payToken,
  type Refund,
  type RefundRequest,
  readYuan,
  refundId,
  userId,
  writeYuan,
} from '@coursepay/core'
import type { z } from 'zod'
import {
  type OrderAnswer,
  orderSchema,
  type PayRecordAnswer,
  payCodeSchema,
  payRecordSchema,
  refundSchema,
} from '../src/schemas/order.js'
import type { Shop } from './shop.js'

type Caller = Awaited<ReturnType<Shop['as']>>

/** An order service that is only what the app answers. Members that are not on the wire are empty. */
export function orderServiceOverHttp({ as }: Pick<Shop, 'as'>): OrderService {
  const callAs = async (user: string, operator: boolean): Promise<Caller> => as(user, operator ? ['operator'] : [])
  return {
    async createOrder(user, request) {
      const caller = await callAs(user, false)
      const code = await read(payCodeSchema, caller.post('/api/orders/generatepaycode', writeOrderRequest(request)))
      return { ...toPayment(code), token: payToken(code.payUrl.slice(code.payUrl.lastIndexOf('/') + 1)) }
    },
    async queryPayResult(number, actor) {
      const caller = await callAs(actor.userId, actor.operator)
      return toPayment(await read(payRecordSchema, caller.get(`/api/orders/payresult?payNo=${number}`)))
    },
    async getOrder(id, actor) {
      const caller = await callAs(actor.userId, actor.operator)
      return toOrder(await read(orderSchema, caller.get(`/api/orders/${id}`)))
    },
    async closeOrder(id, actor) {
      const caller = await callAs(actor.userId, actor.operator)
      return toOrder(await read(orderSchema, caller.post(`/api/orders/${id}/close`)))
    },
    async refundOrder(id, request, actor) {
      const caller = await callAs(actor.userId, actor.operator)
      const answer = caller.post(`/api/orders/${id}/refunds`, writeRefundRequest(request))
      return toRefund(await read(refundSchema, answer))
    },
  }
}

/** The members of a good answer; a problem becomes the error that it was made of. */
async function read<Schema extends z.ZodType>(schema: Schema, answer: Promise<Response>): Promise<z.infer<Schema>> {
  const response = await answer
  const text = await response.text()
  const body: unknown = JSON.parse(text)
  if (response.ok) return schema.parse(body)
  if (response.headers.get('Content-Type') !== 'application/problem+json') throw new Error(`No problem: ${text}`)
  const code = checkoutErrorCodes.find((each) => each === Reflect.get(Object(body), 'code'))
  if (code === undefined) throw new Error(`The order service has no error like this: ${text}`)
  throw errorOf(code, text)
}

/** All that came is in the cause, so that a suite which looks for secrets sees it. */
const errorOf = (code: CheckoutErrorCode, text: string) =>
  new CheckoutError(code, 'Refused over HTTP.', { cause: text })

function writeOrderRequest({ goods: _inTheDetail, ...request }: OrderRequest) {
  return { ...request, totalPrice: writeYuan(request.totalPrice) }
}

const writeRefundRequest = ({ amount, ...request }: RefundRequest) => ({
  ...request,
  amount: amount === null ? null : writeYuan(amount),
})

const readTimeOrNull = (text: string | null) => (text === null ? null : Date.parse(text))

function toPayment({ currency: _always, ...answer }: PayRecordAnswer): Payment {
  return {
    ...answer,
    payNo: payNo(answer.payNo),
    orderId: orderId(answer.orderId),
    userId: userId(answer.userId),
    totalPrice: readYuan(answer.totalPrice),
    createDate: Date.parse(answer.createDate),
    expireDate: Date.parse(answer.expireDate),
    paySuccessTime: readTimeOrNull(answer.paySuccessTime),
    token: notOnTheWire.token,
    notifyUrl: '',
    returnUrl: null,
    receipt: null,
  }
}

const notOnTheWire = { token: payToken('AAAAAAAAAAAAAAAAAAAAAA') }

function toOrder({ payRecords, refunds, goods: _inTheDetail, ...answer }: OrderAnswer): Order {
  return {
    ...answer,
    id: orderId(answer.id),
    outBusinessId: outBusinessId(answer.outBusinessId),
    userId: userId(answer.userId),
    totalPrice: readYuan(answer.totalPrice),
    createDate: Date.parse(answer.createDate),
    expireDate: Date.parse(answer.expireDate),
    version: 1,
    payments: payRecords.map(toPayment),
    refunds: refunds.map(toRefund),
  }
}

/** A buyer is not told the reason. */
function toRefund(answer: OrderAnswer['refunds'][number]): Refund {
  return {
    ...answer,
    reason: answer.reason ?? '',
    id: refundId(answer.id),
    orderId: orderId(answer.orderId),
    payNo: payNo(answer.payNo),
    amount: readYuan(answer.amount),
    createDate: Date.parse(answer.createDate),
    finishDate: readTimeOrNull(answer.finishDate),
  }
}
