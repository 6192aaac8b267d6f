import { withPaymentIdsOnError } from '../../shared/payment-ids.js'
import type { PaidMessageResender } from '../../shared/ports/paid-message-resender.js'
import { createTokenBucket } from '../../shared/rate-limiter.js'
import { noopTracer } from '../../shared/tracing.js'
import type { Payment } from '../domain/payment.js'
import type { OperatorService, OperatorViews } from '../ports/operator-service.js'
import type { BuyerService, OrderService, PaymentCallbacks } from '../ports/order-service.js'
import { closeOrderByActor, tryCloseUnpaidOrder } from './checkout/close-order.js'
import { createOrder } from './checkout/create-order.js'
import { type ExpiryReport, expireOrders } from './checkout/expire-orders.js'
import { loadOrderForActor } from './checkout/load-order.js'
import { openPayPage, queryPayResult, returnFromPayPage } from './checkout/pay-page.js'
import { createBuyerService } from './operations/buyer-service.js'
import { createOperatorService } from './operations/operator-service.js'
import { createOperatorViews } from './operations/operator-views.js'
import { createPaidMessageResender } from './operations/paid-message-resender.js'
import type { OrderDependencies } from './order-dependencies.js'
import { processDueRefunds, type RefundReport } from './refunds/process-due-refunds.js'
import { processRefund } from './refunds/process-refund.js'
import { refundOrder } from './refunds/refund-order.js'
import { journalledGateway } from './settlement/journalled-gateway.js'
import { type PollReport, pollPayments } from './settlement/poll-payments.js'
import { queryAndCloseTrade, queryGateway, queryIfDue } from './settlement/query-gateway.js'
import { receiveNotification } from './settlement/receive-notification.js'
import { settleEvidence } from './settlement/settle-evidence.js'
import { createOrderUpdater } from './update-order.js'

/** The order service at work. */
export interface OrderModule {
  readonly service: OrderService
  readonly buyer: BuyerService
  readonly callbacks: PaymentCallbacks
  readonly operator: OperatorService
  readonly views: OperatorViews
  readonly paidMessageResender: PaidMessageResender
  start(): void
  /** Resolves when no worker is at work any more. */
  stop(): Promise<void>
}

/** The order service's table of contents: each entry is one use case. */
export interface OrderUseCases extends Omit<OrderModule, 'start' | 'stop'> {
  /** One round of each worker; safe in many processes at once. */
  readonly workers: {
    readonly pollPayments: () => Promise<PollReport>
    readonly expireOrders: () => Promise<ExpiryReport>
    readonly processDueRefunds: () => Promise<RefundReport>
  }
}

const DEFAULT_QUERIES_PER_SECOND = 50

export function createOrderUseCases(given: OrderDependencies): OrderUseCases {
  const dependencies = { ...given, gateway: journalledGateway(given), updateOrder: createOrderUpdater(given) }
  const { store, clock, settings, tracer = noopTracer } = dependencies
  const perSecond = settings.queriesPerSecond ?? DEFAULT_QUERIES_PER_SECOND
  const rateLimiter = createTokenBucket(perSecond, perSecond, clock)
  /** Work on one payment: a span of its own, and its errors name the payment. */
  const traced =
    <Given extends Pick<Payment, 'payNo'>, Result>(name: string, work: (payment: Given) => Promise<Result>) =>
    (payment: Given): Promise<Result> => {
      const { payNo } = payment
      const options = { kind: 'internal', attributes: { 'coursepay.pay_no': payNo } } as const
      return tracer.trace(name, options, () => withPaymentIdsOnError({ payNo }, () => work(payment)))
    }

  const settle = settleEvidence(dependencies)
  const query = traced('query payment', queryGateway(dependencies, settle))
  const queryDue = queryIfDue(dependencies, query, rateLimiter)
  const close = traced('close payment', queryAndCloseTrade(dependencies, query))
  const refund = traced('process refund', processRefund({ ...dependencies, query }))
  return {
    service: {
      createOrder: createOrder(dependencies),
      queryPayResult: queryPayResult(dependencies, queryDue),
      getOrder: (id, actor) => loadOrderForActor(store, id, actor),
      closeOrder: closeOrderByActor(dependencies, close),
      refundOrder: refundOrder(dependencies, refund),
    },
    buyer: createBuyerService(dependencies),
    callbacks: {
      openPayPage: openPayPage(dependencies),
      returnFromPayPage: returnFromPayPage(dependencies, queryDue),
      receiveNotify: receiveNotification(dependencies, settle, refund),
    },
    operator: createOperatorService(dependencies, query),
    views: createOperatorViews(dependencies),
    paidMessageResender: createPaidMessageResender(dependencies),
    workers: {
      pollPayments: pollPayments(dependencies, query, close, rateLimiter),
      expireOrders: expireOrders(dependencies, tryCloseUnpaidOrder(dependencies, close), rateLimiter),
      processDueRefunds: processDueRefunds(dependencies, refund, rateLimiter),
    },
  }
}
