import type { MessageId, OrderId, PayNo } from '../../shared/identifiers.js'
import type { PayResultMessage } from '../../shared/pay-result-message.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { Order } from '../domain/order.js'
import type { PayRecord } from '../domain/pay-record.js'
import type { TradeStatus } from '../domain/payment-evidence.js'
import type { Refund } from '../domain/refund.js'
import type { DeadMessage } from './operations-view.js'

/** One thing that happened to a payment. `kind`: what; `detail`: how it ended or what was said. */
export interface TimelineEvent {
  readonly at: EpochMs
  readonly kind:
    | 'created'
    | 'notify'
    | 'query'
    | 'bill'
    | 'close'
    | 'refund'
    | 'refund_query'
    | 'paid'
    | 'refund_opened'
    | 'refund_ended'
  readonly detail: string
}

export interface Timeline {
  readonly payNo: PayNo
  readonly orderId: OrderId
  readonly events: readonly TimelineEvent[]
}

/** What waits, and for what. */
export interface Stuck {
  /** Unpaid past their time: the gateway gave no clear answer yet, or the sweeper is behind. */
  readonly overdueOrders: readonly Order[]
  readonly outbox: { readonly waiting: number; readonly dead: number; readonly oldestMs: number }
  readonly deadMessages: readonly DeadMessage[]
  readonly openRefunds: readonly Refund[]
  readonly heldPayments: readonly PayRecord[]
}

/** What the gateway said, and the attempt afterwards. `no_trade`: nobody opened the cashier; `unknown`: no clear answer. */
export interface AskedNow {
  readonly said: TradeStatus | 'no_trade'
  readonly payRecord: PayRecord
}

/** What operators ask. Who may is checked before. */
export interface OperatorService {
  /** Outcome: everything that happened to one payment, in order. Errors: `pay_record_not_found`. */
  timeline(payNo: PayNo): Promise<Timeline>
  /** Outcome: what waits and why, the first fifty of each kind. */
  stuck(): Promise<Stuck>
  /**
   * Outcome: the gateway was asked about this attempt, in whatever state it is, and what it proves is settled: money whose
   * notification was lost is found at once. Errors: `pay_record_not_found`, `store_unavailable`.
   * Repeated call and concurrency: one change, one message; each call is a question to the gateway. Retry: the operator.
   */
  askNow(payNo: PayNo): Promise<AskedNow>
  /** Outcome: the dead message, which is due again with all its attempts. Errors: `dead_message_not_found`. Repeated call: that too. */
  redeliver(id: MessageId): Promise<PayResultMessage>
}
