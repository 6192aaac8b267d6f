import type { OrderId, PayNo, PayToken } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { PayStatus } from '../../shared/status-codes.js'
import type { PayRecord, Receipt } from '../domain/pay-record.js'

/** What is known once money came. */
export interface PaymentFacts {
  readonly outPayNo: string
  readonly outPayChannel: string
  readonly paySuccessTime: EpochMs
  readonly receipt: Receipt
}

/** A conditional change: it happens only when the record is still in state `from`. */
export interface PayRecordChange {
  readonly from: PayStatus
  readonly to: PayStatus
  readonly payment?: PaymentFacts
}

/** Attempts to pay (table `xc_pay_record`). Every method may fail with `store_unavailable`. */
export interface PayRecordRepository {
  /** Outcome: stored. Errors: `state_conflict` when the number or the token exists. Retry: with new ones. */
  insert(payRecord: PayRecord): Promise<void>

  /** Outcome: the attempt of this number or token, or null. Concurrency: a read of what is committed. */
  find(key: { readonly payNo: PayNo } | { readonly token: PayToken }): Promise<PayRecord | null>

  /** Outcome: every attempt of an order, oldest first. */
  listOf(orderId: OrderId): Promise<readonly PayRecord[]>

  /**
   * Outcome: true when the row was in state `from` and is now in `to`, with the payment's facts; false when not, and nothing
   * changes. Repeated call: false. Concurrency: of two that compete, one wins.
   */
  change(payNo: PayNo, change: PayRecordChange): Promise<boolean>

  /**
   * The throttle of queries. Outcome: true for the one caller who may ask the gateway now; the next may at `nextAt`. The first
   * turn of an attempt is due at once.
   * False when the time has not come or the attempt is not unpaid. Concurrency: of many callers one gets true.
   */
  takeQueryTurn(payNo: PayNo, now: EpochMs, nextAt: EpochMs): Promise<boolean>
}
