import { CheckoutError } from '../../../shared/checkout-error.js'
import type { OrderId, PayNo } from '../../../shared/identifiers.js'
import { newOperatorAction, type OperatorAction } from '../../../shared/operator-action.js'
import { withPaymentIdsOnError } from '../../../shared/payment-ids.js'
import type { RateLimiter } from '../../../shared/rate-limiter.js'
import { OrderStatus } from '../../../shared/status-codes.js'
import { checkClosed, closeOrder, closePayments, unpaidPayments } from '../../domain/close-order.js'
import type { Order } from '../../domain/order.js'
import type { OrderService } from '../../ports/order-service.js'
import type { QueryAndCloseTrade } from '../settlement/query-gateway.js'
import { type UseCaseDependencies, withExistingOrder } from '../update-order.js'
import { type CloseReason, prepareClosureEntriesOf } from './closure-entries.js'
import { loadOrderForActor } from './load-order.js'

type CloseOrderDependencies = Pick<UseCaseDependencies, 'store' | 'updateOrder' | 'ids' | 'clock'>

/** How often new payments may turn up while the old ones are closed at the gateway. */
const MAX_CLOSE_ROUNDS = 5

export function closeOrderByActor(
  dependencies: CloseOrderDependencies,
  queryAndCloseTrade: QueryAndCloseTrade,
): OrderService['closeOrder'] {
  const { store } = dependencies
  const close = tryCloseUnpaidOrder(dependencies, queryAndCloseTrade)
  return async (id, actor) => {
    const { userId } = await loadOrderForActor(store, id, actor)
    const subject = { kind: 'close', subject: id, orderId: id, reason: '', detail: 'order closed' } as const
    await close(
      id,
      actor.userId === userId
        ? { reason: 'by_buyer' }
        : { reason: 'by_operator', action: await newOperatorAction(dependencies, actor.userId, subject) },
    )
    const order = await loadOrderForActor(store, id, actor)
    checkClosed(order)
    return order
  }
}

export interface CloseOptions {
  readonly reason: CloseReason
  readonly action?: OperatorAction
  /** Each question to the gateway takes a token; without one left the order stays as it is. */
  readonly rateLimiter?: RateLimiter
}

export type TryCloseUnpaidOrder = (id: OrderId, options: CloseOptions) => Promise<'closed' | 'left'>

/**
 * Closes an order's trades at the gateway first, then the order here: nobody can pay what is closed. A trade that was
 * paid is booked instead. A payment whose page was never opened has no trade; its signed expiry ends it. Throws
 * `gateway_unknown` when the gateway gives no clear answer: then the order stays as it is.
 */
export function tryCloseUnpaidOrder(
  dependencies: CloseOrderDependencies,
  queryAndCloseTrade: QueryAndCloseTrade,
): TryCloseUnpaidOrder {
  const { store, updateOrder } = dependencies
  return (id, { reason, action, rateLimiter }) =>
    withPaymentIdsOnError({ orderId: id }, async () => {
      const closedAtGateway = new Set<PayNo>()
      for (let round = 0; round < MAX_CLOSE_ROUNDS; round += 1) {
        const order = await store.orders.find({ id })
        if (order?.status !== OrderStatus.unpaid) return 'left'
        const isAllClosed = await closeTrades(order, closedAtGateway, rateLimiter)
        const entriesOf = await prepareClosureEntriesOf(dependencies, closedAtGateway, reason)
        if (!isAllClosed) {
          // The next round begins behind these: else an order with many codes would never close within the rate limit.
          const closeSome = withExistingOrder((current) => {
            const after = closePayments(current, closedAtGateway)
            return { after, journal: entriesOf(current, after), result: null }
          })
          await updateOrder({ id }, closeSome)
          return 'left'
        }
        const closeAll = withExistingOrder((current) => {
          const closed = closeOrder(current, closedAtGateway)
          if (closed === null) return { after: current, result: false }
          const journal = entriesOf(current, closed)
          return { after: closed, journal, actions: action === undefined ? [] : [action], result: true }
        })
        if (await updateOrder({ id }, closeAll)) return 'closed'
      }
      return 'left'
    })

  /** Adds to `closedAtGateway` what nobody can pay any more; false when the rate limit is reached. */
  async function closeTrades(order: Order, closedAtGateway: Set<PayNo>, rateLimiter?: RateLimiter): Promise<boolean> {
    const open = unpaidPayments(order).filter(({ payNo }) => !closedAtGateway.has(payNo))
    const polled = await store.schedule.polledOf(open.map(({ payNo }) => payNo))
    for (const { payNo } of open) {
      if (polled.has(payNo)) {
        if (rateLimiter?.tryAcquire() === false) return false
        if ((await queryAndCloseTrade({ payNo })) === 'unclear') throw gatewayUnknownError()
      }
      closedAtGateway.add(payNo)
    }
    return true
  }
}

const gatewayUnknownError = () =>
  new CheckoutError(
    'gateway_unknown',
    'The answer of the payment service is ambiguous. The order stays open. Retry later.',
  )
