import type { MessageId } from '../../shared/identifiers.js'
import { MessageType, OrderStatus, PayStatus } from '../../shared/status-codes.js'
import { addAutomaticRefund, type DecisionFacts } from './automatic-refund.js'
import { changePayment, findPayment, type Order } from './order.js'
import { type OrderChange, orderMessage } from './order-message.js'
import type { Payment, ReceivedMoneyOutcome } from './payment.js'
import type { LatePaymentPolicy, PaymentEvidence } from './payment-evidence.js'

/**
 * What one proof changed. `booked`: the order is paid; `surplus`, `late`: the money is recorded and a refund is opened;
 * `held`: an operator decides; `payment_closed`: an unpaid payment ended. The others change nothing; `refund_notice`
 * asks for a confirmation of the refund.
 */
export type SettlementVerdict =
  | ReceivedMoneyOutcome
  | 'payment_closed'
  | 'already_settled'
  | 'not_paid_yet'
  | 'refund_notice'
  | 'unknown_status'
  | 'unknown_out_trade_no'

export interface SettlementFacts extends DecisionFacts {
  readonly latePolicy: LatePaymentPolicy
  /** Written into `outPayChannel`. */
  readonly channel: string
}

export interface Settlement extends OrderChange {
  readonly verdict: SettlementVerdict
}

/**
 * Decides what a proof of payment means. The evidence has passed the gate. Here, and nowhere else, a payment is
 * settled.
 */
export function settlePayment(order: Order, evidence: PaymentEvidence, facts: SettlementFacts): Settlement {
  const payment = findPayment(order, evidence.outTradeNo as Payment['payNo'])
  if (payment === null) return unchangedSettlement(order, 'unknown_out_trade_no')
  switch (evidence.tradeStatus) {
    case 'paid':
    case 'finished':
      return settlePaidTrade(order, payment, evidence, facts)
    case 'closed':
      return settleClosedTrade(order, payment)
    case 'waiting':
      return unchangedSettlement(order, 'not_paid_yet')
    case 'unknown':
      return unchangedSettlement(order, 'unknown_status')
  }
}

/** The gateway closes a trade that was never paid, and one whose money was refunded in whole. */
function settleClosedTrade(order: Order, payment: Payment): Settlement {
  if (payment.status === PayStatus.paid) return unchangedSettlement(order, 'refund_notice')
  if (payment.status !== PayStatus.unpaid) return unchangedSettlement(order, 'already_settled')
  const closed = changePayment(order, payment.payNo, { status: PayStatus.closed })
  return { verdict: 'payment_closed', order: closed, messages: [] }
}

function settlePaidTrade(
  order: Order,
  payment: Payment,
  evidence: PaymentEvidence,
  facts: SettlementFacts,
): Settlement {
  // The payment's own notification may be lost, but then a query books it; a refund's notification never does.
  if (evidence.refundedAmount > 0) return unchangedSettlement(order, 'refund_notice')
  if (payment.status === PayStatus.paid || payment.status === PayStatus.refunded)
    return unchangedSettlement(order, 'already_settled')
  const receipt = outcomeOfReceivedMoney(order, facts.latePolicy)
  const recorded = changePayment(order, payment.payNo, {
    status: PayStatus.paid,
    outPayNo: evidence.tradeNo,
    outPayChannel: facts.channel,
    paySuccessTime: evidence.paidAt ?? facts.now,
    receipt,
  })
  switch (receipt) {
    case 'booked':
      return bookRecordedPayment(recorded, payment, facts.messageId)
    case 'surplus':
    case 'late':
      return { verdict: receipt, order: addAutomaticRefund(recorded, payment.payNo, receipt, facts), messages: [] }
    case 'held':
      return { verdict: receipt, order: recorded, messages: [] }
  }
}

function outcomeOfReceivedMoney(order: Order, latePolicy: LatePaymentPolicy): ReceivedMoneyOutcome {
  if (order.status === OrderStatus.unpaid) return 'booked'
  if (order.status !== OrderStatus.closed) return 'surplus'
  return ({ fulfil: 'booked', refund: 'late', hold: 'held' } as const)[latePolicy]
}

/** The recorded payment pays the order, and everybody is told. */
export function bookRecordedPayment(order: Order, { payNo }: Payment, messageId: MessageId): Settlement {
  const paid = { ...changePayment(order, payNo, { receipt: 'booked' }), status: OrderStatus.paid }
  return {
    verdict: 'booked',
    order: paid,
    messages: [orderMessage(paid, findPayment(paid, payNo), MessageType.payResult, messageId)],
  }
}

const unchangedSettlement = (order: Order, verdict: SettlementVerdict): Settlement => ({ verdict, order, messages: [] })
