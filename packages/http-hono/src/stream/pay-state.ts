import { type Actor, type OrderService, OrderStatus, type PayNo, type PayRecord, PayStatus } from '@coursepay/core'

/** One payment and the order that it is for: the order may be paid by another attempt, and then nobody waits for this one. */
export interface PayState {
  readonly payRecord: PayRecord
  readonly orderStatus: OrderStatus
}

export const isFinal = ({ payRecord, orderStatus }: PayState): boolean =>
  payRecord.status !== PayStatus.unpaid || orderStatus !== OrderStatus.unpaid

/** Asks the gateway, when the attempt's turn has come, then reads. Errors: those of `queryPayResult`. */
export async function askPayState(orders: OrderService, payNo: PayNo, actor: Actor): Promise<PayState> {
  const payRecord = await orders.queryPayResult(payNo, actor)
  return readPayState(orders, payRecord, actor)
}

/** What is stored, without asking anybody. */
export async function readPayState(orders: OrderService, payRecord: PayRecord, actor: Actor): Promise<PayState> {
  const { order, payRecords } = await orders.getOrder(payRecord.orderId, actor)
  const stored = payRecords.find(({ payNo }) => payNo === payRecord.payNo)
  return { payRecord: stored ?? payRecord, orderStatus: order.status }
}
