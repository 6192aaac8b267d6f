import type { MessageId, OrderId, PayNo } from '../../shared/identifiers.js'
import type { OperatorAction } from '../../shared/operator-action.js'
import type { PayResultMessage } from '../../shared/pay-result-message.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { DeadLetter } from '../../shared/ports/outbox-port.js'
import type { Order } from '../domain/order.js'
import type { Payment } from '../domain/payment.js'
import type { QueriedTradeStatus } from '../domain/payment-evidence.js'
import type { Refund } from '../domain/refund.js'
import type { HeldDecision } from '../domain/resolve-held-payment.js'
import type { JournalSource } from './evidence-journal.js'
import type { Actor } from './order-service.js'
import type { OrderFilter, OrderPosition, OrderSearchPage } from './order-views.js'

/** One event of a payment. `kind`: what happened; `detail`: how it ended or what was answered. */
export interface PaymentTimelineEvent {
  readonly at: EpochMs
  readonly kind: JournalSource | 'created' | 'paid' | 'refund_opened' | 'refund_ended' | 'operator'
  readonly detail: string
}

export interface Timeline {
  readonly payNo: PayNo
  readonly orderId: OrderId
  readonly events: readonly PaymentTimelineEvent[]
}

/** What waits, and for what. */
export interface StuckItems {
  /** Unpaid past their time: the gateway gave no clear answer yet, or the expiry worker is behind. */
  readonly overdueOrders: readonly Order[]
  readonly outbox: { readonly waiting: number; readonly dead: number; readonly oldestMs: number }
  readonly deadMessages: readonly DeadLetter[]
  readonly openRefunds: readonly Refund[]
  readonly heldPayments: readonly Payment[]
}

/** What the gateway answered, and the payment afterwards. */
export interface QueriedPayment {
  readonly gatewayStatus: QueriedTradeStatus
  readonly payment: Payment
}

/** What operators do. The caller checks who may. Each action is stored with who, when and why. */
export interface OperatorService {
  /**
   * Outcome: the gateway was queried about this payment, in whatever state it is, and what it proves is settled.
   * Errors: `pay_record_not_found`, `store_unavailable`.
   * Repeated call and concurrency: one change, one message; each call is a query to the gateway. Retry: the operator.
   */
  queryNow(payNo: PayNo, actor: Actor): Promise<QueriedPayment>

  /**
   * Outcome: the payment, whose held money now pays the order (`fulfil`) or is refunded. Errors:
   * `pay_record_not_found`, `payment_not_held`, `order_already_paid`. Repeated call: `payment_not_held`. Concurrency:
   * of two decisions one wins.
   */
  resolveHeldPayment(payNo: PayNo, decision: HeldDecision, reason: string, actor: Actor): Promise<Payment>

  /**
   * Outcome: the dead letter, which is due again with all its attempts. Errors: `dead_message_not_found`. Repeated
   * call: that too.
   */
  redeliver(id: MessageId, actor: Actor): Promise<PayResultMessage>
}

/** What operators and auditors read. The caller checks who may. Every method may fail with `store_unavailable`. */
export interface OperatorViews {
  /** Outcome: everything that happened to one payment, in sequence. Errors: `pay_record_not_found`. */
  timeline(payNo: PayNo): Promise<Timeline>

  /** Outcome: what waits and why, the first fifty of each kind. */
  stuck(): Promise<StuckItems>

  /** Outcome: orders that match, newest first, behind `after`. */
  searchOrders(filter: OrderFilter, after: OrderPosition | null, limit: number): Promise<OrderSearchPage>

  /** Outcome: the newest operator actions of a subject or its order, or of everybody when `subject` is null. */
  actions(subject: string | null): Promise<readonly OperatorAction[]>
}
