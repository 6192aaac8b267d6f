import type { OrderId, PayNo, RefundId } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'

/** Why money goes back: a second payment, one after the order was closed, or an operator's word. */
export type RefundCause = 'surplus' | 'late' | 'operator'

/** `pending` also while the outcome of a call is unknown; `failed` only on the gateway's definite no. */
export type RefundStatus = 'pending' | 'succeeded' | 'failed'

/** Money to be given back. Its number is stored before the gateway is called, and every try uses the same. */
export interface Refund {
  readonly id: RefundId
  /** Idempotency key at the gateway (Alipay's `out_request_no`). */
  readonly outRequestNo: string
  readonly orderId: OrderId
  readonly payNo: PayNo
  readonly amount: Fen
  readonly reason: string
  readonly cause: RefundCause
  readonly status: RefundStatus
  readonly createDate: EpochMs
  readonly finishDate: EpochMs | null
}
