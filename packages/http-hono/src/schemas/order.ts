import type { Order, OrderLine, Payment, Refund } from '@coursepay/core'
import { OrderStatus, PayStatus, writeYuan } from '@coursepay/core'
import { readOrderDetail } from '@coursepay/core/ports'
import { z } from '@hono/zod-openapi'
import { idSchema, stringSchema, timeSchema, writeTime, writeTimeOrNull, yuanSchema } from './values.js'

export const payRecordSchema = z
  .object({
    payNo: idSchema,
    orderId: idSchema,
    orderName: stringSchema,
    totalPrice: yuanSchema,
    currency: z.literal('CNY'),
    status: z.enum(PayStatus),
    createDate: timeSchema,
    expireDate: timeSchema,
    outPayNo: stringSchema.nullable(),
    outPayChannel: stringSchema.nullable(),
    paySuccessTime: timeSchema.nullable(),
    userId: stringSchema,
  })
  .openapi('PayRecord')
export type PayRecordAnswer = z.infer<typeof payRecordSchema>

/** What the stream tells: the record, and whether its order still waits. */
export const payEventSchema = payRecordSchema.extend({ orderStatus: z.enum(OrderStatus) }).openapi('PayEvent')
export type PayEvent = z.infer<typeof payEventSchema>

/** The answer of `generatepaycode`: the only one with the pay token. */
export const payCodeSchema = payRecordSchema
  .extend({
    payUrl: z.url().meta({ description: 'What the QR holds' }),
    qrcode: z.string().startsWith('data:image/').meta({ description: 'Fit for <img src>' }),
  })
  .openapi('PayCode')

const goodsSchema = z
  .object({
    goodsId: stringSchema,
    goodsType: stringSchema,
    goodsName: stringSchema,
    goodsPrice: yuanSchema,
    goodsDetail: stringSchema,
  })
  .openapi('OrderGoods')

/** A refund as its buyer sees it. The operator's reason is for operators only. */
const buyerRefundSchema = z.object({
  id: idSchema,
  outRequestNo: stringSchema,
  orderId: idSchema,
  payNo: idSchema,
  amount: yuanSchema,
  cause: z.enum(['surplus', 'late', 'operator', 'external']),
  status: z.enum(['pending', 'succeeded', 'failed']),
  createDate: timeSchema,
  finishDate: timeSchema.nullable(),
})

export const refundSchema = z.object({ ...buyerRefundSchema.shape, reason: stringSchema }).openapi('Refund')

const orderRefundSchema = z
  .object({
    ...buyerRefundSchema.shape,
    reason: stringSchema.optional().openapi({ description: 'For operators only' }),
  })
  .openapi('OrderRefund')

export const orderSchema = z
  .object({
    id: idSchema,
    outBusinessId: stringSchema,
    userId: stringSchema,
    orderType: stringSchema,
    totalPrice: yuanSchema,
    status: z.enum(OrderStatus),
    orderName: stringSchema,
    orderDescrip: stringSchema.nullable(),
    orderDetail: stringSchema,
    createDate: timeSchema,
    expireDate: timeSchema,
    goods: z.array(goodsSchema),
    payRecords: z.array(payRecordSchema),
    refunds: z.array(orderRefundSchema),
  })
  .openapi('Order')
export type OrderAnswer = z.infer<typeof orderSchema>

export const orderPageSchema = z
  .object({ items: z.array(orderSchema), counts: z.int(), page: z.int(), pageSize: z.int() })
  .openapi('OrderPage')

/** Without the pay token: only `generatepaycode` answers it. */
export function writePayRecord(payment: Payment): PayRecordAnswer {
  return {
    payNo: payment.payNo,
    orderId: payment.orderId,
    orderName: payment.orderName,
    totalPrice: writeYuan(payment.totalPrice),
    currency: 'CNY',
    status: payment.status,
    createDate: writeTime(payment.createDate),
    expireDate: writeTime(payment.expireDate),
    outPayNo: payment.outPayNo,
    outPayChannel: payment.outPayChannel,
    paySuccessTime: writeTimeOrNull(payment.paySuccessTime),
    userId: payment.userId,
  }
}

export const writePayEvent = (state: { readonly payment: Payment; readonly orderStatus: OrderStatus }): PayEvent => ({
  ...writePayRecord(state.payment),
  orderStatus: state.orderStatus,
})

/** `reader`: who sees it. */
export function writeOrder(order: Order, reader: 'buyer' | 'operator'): OrderAnswer {
  return {
    id: order.id,
    outBusinessId: order.outBusinessId,
    userId: order.userId,
    orderType: order.orderType,
    totalPrice: writeYuan(order.totalPrice),
    status: order.status,
    orderName: order.orderName,
    orderDescrip: order.orderDescrip,
    orderDetail: order.orderDetail,
    createDate: writeTime(order.createDate),
    expireDate: writeTime(order.expireDate),
    goods: readOrderDetail(order.orderDetail).map(writeGoodsLine),
    payRecords: order.payments.map(writePayRecord),
    refunds: order.refunds.map(reader === 'operator' ? writeOperatorRefund : writeBuyerRefund),
  }
}

function writeGoodsLine({ goodsId, goodsType, goodsName, goodsPrice, goodsDetail }: OrderLine) {
  return { goodsId, goodsType, goodsName, goodsPrice: writeYuan(goodsPrice), goodsDetail }
}

export const writeOperatorRefund = (refund: Refund): z.infer<typeof refundSchema> => ({
  ...writeBuyerRefund(refund),
  reason: refund.reason,
})

function writeBuyerRefund(refund: Refund): z.infer<typeof buyerRefundSchema> {
  const { id, outRequestNo, orderId, payNo, cause, status } = refund
  const amount = writeYuan(refund.amount)
  const createDate = writeTime(refund.createDate)
  const finishDate = writeTimeOrNull(refund.finishDate)
  return { id, outRequestNo, orderId, payNo, amount, cause, status, createDate, finishDate }
}
