import type { BeijingDay } from '../../shared/beijing-day.js'
import type { Fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'

interface BillRowFields {
  /** The gateway's number of the trade. */
  readonly tradeNo: string
  /** The seller's number of the trade: ours, or that of another shop on the same account. */
  readonly outTradeNo: string
  /** What the buyer paid, or got back; never negative. */
  readonly amount: Fen
  /** When the gateway booked it, to the second. */
  readonly bookedAt: EpochMs
  /** What the gateway charges, in fen; negative when the seller pays it. */
  readonly serviceFee: number
  /** The line's bytes as they came, without the line's end: for the journal. */
  readonly body: Uint8Array
}

export interface BillPayment extends BillRowFields {
  readonly kind: 'payment'
}

export interface BillRefund extends BillRowFields {
  readonly kind: 'refund'
  readonly outRequestNo: string
}

/** A line that is neither, in the gateway's own word for it. */
export interface BillOther extends BillRowFields {
  readonly kind: 'other'
  readonly type: string
}

export type BillRow = BillPayment | BillRefund | BillOther

/** A line that may be ours and means nothing, or two things: for a person to read. */
export interface UnreadBillLine {
  /** From 1, in the file as it came. */
  readonly lineNumber: number
  readonly outTradeNo: string
  readonly body: Uint8Array
}

/** Everything that the gateway booked for one account on one day. */
export interface Bill {
  readonly day: BeijingDay
  /** Whose bill it is (Alipay's 2088… number); null where the bill does not say. */
  readonly sellerId: string | null
  readonly rows: readonly BillRow[]
  readonly unread?: readonly UnreadBillLine[]
  /** The service fees of all lines together as the gateway states them, in fen; absent where it does not. */
  readonly statedServiceFee?: number
}

/** A difference between a bill and our ledger. `there`: at the gateway; `here`: in our ledger. */
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
  readonly billAmount: Fen | null
  readonly ledgerAmount: Fen | null
  readonly at: EpochMs
}
