import type { BuyerService } from '../ports/buyer-service.js'
import type { OperatorService } from '../ports/operator-service.js'
import type { OrderService, PaymentDoor } from '../ports/order-service.js'
import { askGateway } from './ask-gateway.js'
import { askInTurn } from './ask-in-turn.js'
import { closeAttempt } from './close-attempt.js'
import { closeOrder } from './close-order.js'
import { createBuyerService } from './create-buyer-service.js'
import { createOperatorService } from './create-operator-service.js'
import { createOrder } from './create-order.js'
import { type ExpiryReport, expireOrders } from './expire-orders.js'
import { getOrder } from './get-order.js'
import { journalledGateway } from './journalled-gateway.js'
import { openPayPage } from './open-pay-page.js'
import type { OrderDependencies } from './order-dependencies.js'
import { payBack } from './pay-back.js'
import { type PollReport, pollPayments } from './poll-payments.js'
import { queryBudget } from './query-budget.js'
import { queryPayResult } from './query-pay-result.js'
import { receiveNotify } from './receive-notify.js'
import { type RefundReport, refundDue } from './refund-due.js'
import { refundOrder } from './refund-order.js'
import { returnFromPayPage } from './return-from-pay-page.js'
import { settlePayment } from './settle-payment.js'

/** The order service's table of contents: each entry is one use case, in a file of its own. */
export interface OrderUseCases {
  readonly service: OrderService
  readonly buyer: BuyerService
  readonly door: PaymentDoor
  readonly operator: OperatorService
  /** One round of each worker; safe in many processes at once. */
  readonly workers: {
    readonly pollPayments: () => Promise<PollReport>
    readonly expireOrders: () => Promise<ExpiryReport>
    readonly refundDue: () => Promise<RefundReport>
  }
}

const QUERIES_PER_SECOND = 50

export function createOrderUseCases(given: OrderDependencies): OrderUseCases {
  const dependencies = { ...given, gateway: journalledGateway(given) }
  const budget = queryBudget(given.settings.queriesPerSecond ?? QUERIES_PER_SECOND, given.clock)
  const settle = settlePayment(dependencies)
  const ask = askGateway(dependencies, settle)
  const askNext = askInTurn(dependencies, ask, budget)
  const close = closeAttempt(dependencies, ask)
  const giveBack = payBack(dependencies)
  return {
    service: {
      createOrder: createOrder(dependencies),
      queryPayResult: queryPayResult(dependencies, askNext),
      getOrder: getOrder(dependencies),
      closeOrder: closeOrder(dependencies, close),
      refundOrder: refundOrder(dependencies, giveBack),
    },
    buyer: createBuyerService(dependencies),
    door: {
      openPayPage: openPayPage(dependencies),
      returnFromPayPage: returnFromPayPage(dependencies, askNext),
      receiveNotify: receiveNotify(dependencies, settle),
    },
    operator: createOperatorService(dependencies, ask),
    workers: {
      pollPayments: pollPayments(dependencies, ask, close, budget),
      expireOrders: expireOrders(dependencies, close, budget),
      refundDue: refundDue(dependencies, giveBack),
    },
  }
}
