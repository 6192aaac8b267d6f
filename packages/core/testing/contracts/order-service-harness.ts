import type { OrderRequest } from '../../src/orders/domain/order.js'
import type { PayRecord } from '../../src/orders/domain/pay-record.js'
import type { Actor, OrderService } from '../../src/orders/ports/order-service.js'
import type { OrderId, PayNo, UserId } from '../../src/shared/identifiers.js'
import type { Harness } from './define-contract.js'
import { otherUserId, sampleUserId } from './sample-data.js'

/**
 * An order service in a shop: things for sale, a buyer, a gateway, and its workers, all on one clock. The suite reads only what
 * is on the wire too, so the same service can be put behind HTTP.
 */
export interface OrderServiceHarness extends Harness {
  readonly service: OrderService
  /** Puts something new up for sale to this user; answers a request for it at the server's price, which is above one fen. */
  offer(userId: UserId): Promise<OrderRequest>
  /** The same, but it costs nothing. */
  offerFree(userId: UserId): Promise<OrderRequest>
  /** The buyer opens the page of the attempt and signs in: the gateway has a trade now. Rejects when that is not possible. */
  login(payNo: PayNo): Promise<void>
  /** The buyer opens the page of the attempt and pays; no notification comes. Rejects when that is not possible. */
  pay(payNo: PayNo): Promise<void>
  /** The gateway's notification about this attempt comes. */
  notify(payNo: PayNo): Promise<void>
  /** Lets time pass, and the workers do their work. */
  advance(ms: number): Promise<void>
  readonly orderLifeMs: number
  readonly queryIntervalMs: number
  /** From now on the gateway gives no clear answer. */
  makeAnswersUnclear(): Promise<void>
  /** How often the gateway was asked about a trade so far. */
  gatewayQueries(): Promise<number>
  /** Business ids that every other service has been told of as paid, each time it was. */
  told(): Promise<readonly string[]>
  /** Business ids that every other service has been told of as given back whole, each time it was. */
  toldRefunded(): Promise<readonly string[]>
  /** Money that the gateway gave back of this attempt, in fen. */
  givenBack(payNo: PayNo): Promise<number>
  /** Ids of all orders, read beside the service. */
  storedOrders(): Promise<readonly string[]>
  /** Makes a paid order a refunded one, beside the service. */
  markRefunded(orderId: OrderId): Promise<void>
  /** From now on the store cannot be reached. */
  breakStore(): Promise<void>
  /** Texts that may never stand in an error; at least one. */
  readonly secrets: readonly string[]
}

export const as = (userId: UserId): Actor => ({ userId, operator: false })

/** Owns nothing. */
export const operator: Actor = { userId: otherUserId, operator: true }

/** Something that the sample user has asked for once. */
export async function ordered(harness: OrderServiceHarness) {
  const request = await harness.offer(sampleUserId)
  const attempt = await harness.service.createOrder(sampleUserId, request)
  return { request, attempt, orderId: attempt.orderId, payNo: attempt.payNo }
}

/** The same, paid for and notified. */
export async function bought(harness: OrderServiceHarness) {
  const order = await ordered(harness)
  await harness.pay(order.payNo)
  await harness.notify(order.payNo)
  return order
}

/** The state of an order, as the sample user sees it. */
export const statusOf = async ({ service }: OrderServiceHarness, id: OrderId) =>
  (await service.getOrder(id, as(sampleUserId))).order.status

/** What of an attempt is on the wire. */
export const shown = (payRecord: PayRecord) => {
  const { payNo, orderId, userId, orderName, totalPrice, status, createDate, expireDate } = payRecord
  return { payNo, orderId, userId, orderName, totalPrice, status, createDate, expireDate }
}
