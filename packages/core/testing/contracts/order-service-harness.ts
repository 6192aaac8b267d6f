import type { OrderRequest } from '../../src/orders/domain/order.js'
import type { Payment } from '../../src/orders/domain/payment.js'
import type { Actor, OrderService } from '../../src/orders/ports/order-service.js'
import type { OrderId, PayNo, UserId } from '../../src/shared/identifiers.js'
import type { HarnessWithSecrets } from './define-contract.js'
import { otherUserId, sampleUserId } from './sample-data.js'

/**
 * An order service in a shop: things for sale, a buyer, a gateway, and its workers, all on one clock. The suite reads
 * only what is on the wire too, so the same service can be put behind HTTP.
 */
export interface OrderServiceHarness extends HarnessWithSecrets {
  readonly service: OrderService
  /**
   * Puts something new up for sale to this user; answers a request for it at the server's price, which is above one
   * fen.
   */
  offer(userId: UserId): Promise<OrderRequest>
  /** The same, but it costs nothing. */
  offerFree(userId: UserId): Promise<OrderRequest>
  /**
   * The buyer opens the page of the payment and signs in: the gateway has a trade now. Rejects when that is not
   * possible.
   */
  login(payNo: PayNo): Promise<void>
  /** The buyer opens the page of the payment and pays; no notification comes. Rejects when that is not possible. */
  pay(payNo: PayNo): Promise<void>
  /** The gateway's notification about this payment comes. */
  notify(payNo: PayNo): Promise<void>
  /** Lets time pass, and the workers do their work. */
  advance(ms: number): Promise<void>
  readonly orderLifeMs: number
  readonly queryIntervalMs: number
  /** From now on the gateway gives no clear answer. */
  makeAnswersUnclear(): Promise<void>
  /** How many queries about a trade the gateway got so far. */
  gatewayQueries(): Promise<number>
  /** Business ids of all `payresult_notify` messages that went out, oldest first. */
  paidMessageResender(): Promise<readonly string[]>
  /** Business ids of all messages of this type that went out, oldest first. */
  refundMessages(type: 'refundresult_notify' | 'partialrefund_notify'): Promise<readonly string[]>
  /** Money that the gateway refunded of this payment, in fen. */
  refundedMoney(payNo: PayNo): Promise<number>
  /** Ids of all orders, read beside the service. */
  storedOrders(): Promise<readonly string[]>
  /** From now on the store cannot be reached. */
  breakStore(): Promise<void>
}

export const buyerActor = (userId: UserId): Actor => ({ userId, operator: false })

/** Owns nothing. */
export const operatorActor: Actor = { userId: otherUserId, operator: true }

/** Something that the sample user has asked for once. */
export async function createOfferedOrder(harness: OrderServiceHarness) {
  const request = await harness.offer(sampleUserId)
  const payment = await harness.service.createOrder(sampleUserId, request)
  return { request, payment, orderId: payment.orderId, payNo: payment.payNo }
}

/** The same, paid for and notified. */
export async function createPaidOrder(harness: OrderServiceHarness) {
  const order = await createOfferedOrder(harness)
  await harness.pay(order.payNo)
  await harness.notify(order.payNo)
  return order
}

/** Refunds all of a paid order, as an operator. */
export async function refundInFull({ service }: OrderServiceHarness, id: OrderId): Promise<void> {
  await service.refundOrder(id, { amount: null, reason: '不想学了', outRequestNo: null }, operatorActor)
}

export const statusOf = async ({ service }: OrderServiceHarness, id: OrderId) =>
  (await service.getOrder(id, buyerActor(sampleUserId))).status

/** What of a payment is on the wire. */
export const wireMembersOf = (payment: Payment) => {
  const { payNo, orderId, userId, orderName, totalPrice, status, createDate, expireDate } = payment
  return { payNo, orderId, userId, orderName, totalPrice, status, createDate, expireDate }
}
