import type { Fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'

/** A difference between a bill and our ledger. `there` is the gateway, `here` is our ledger. */
export type BillDifferenceKind =
  | 'paid_there_unpaid_here'
  | 'paid_there_unknown_here'
  | 'paid_there_twice'
  | 'paid_here_missing_there'
  | 'amount_differs'
  | 'refunded_there_unknown_here'
  | 'refunded_there_unfinished_here'
  | 'refunded_here_missing_there'
  | 'refund_amount_differs'
  | 'row_of_unknown_kind'
  | 'row_not_understood'
  | 'service_fee_differs'

export interface BillDifference {
  readonly kind: BillDifferenceKind
  readonly outTradeNo: string
  readonly outRequestNo: string | null
  /** The amount in the bill, and in our ledger. */
  readonly there: Fen | null
  readonly here: Fen | null
  readonly at: EpochMs
}
