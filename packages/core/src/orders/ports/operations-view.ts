import type { MessageId } from '../../shared/identifiers.js'
import type { PayResultMessage } from '../../shared/pay-result-message.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { PayRecord } from '../domain/pay-record.js'
import type { Refund, RefundStatus } from '../domain/refund.js'

/** A message that was given up, and waits for an operator. */
export interface DeadMessage {
  readonly message: PayResultMessage
  readonly reason: string
  readonly attempts: number
  readonly diedAt: EpochMs
}

/** How many there are in each state; states without any may be left out. */
export interface StateCounts {
  readonly orders: Readonly<Partial<Record<OrderStatus, number>>>
  readonly payRecords: Readonly<Partial<Record<PayStatus, number>>>
  readonly refunds: Readonly<Partial<Record<RefundStatus, number>>>
}

/** What operators look at. All of it reads, of what is committed; every method may fail with `store_unavailable`. */
export interface OperationsView {
  /** Outcome: up to `limit` dead messages, the longest dead first. */
  deadMessages(limit: number): Promise<readonly DeadMessage[]>
  /** Outcome: the dead message of this id, or null. */
  deadMessage(id: MessageId): Promise<DeadMessage | null>
  /**
   * Outcome: up to `limit` refunds that are not through, oldest first: the pending ones, and of those that failed the ones that no
   * operator asked for, who would know (`surplus`, `late`): money of a buyer that nobody gives back by itself any more.
   */
  openRefunds(limit: number): Promise<readonly Refund[]>
  /** Outcome: up to `limit` payments that came after their order was closed and are held (policy `hold`), oldest first. */
  heldPayments(limit: number): Promise<readonly PayRecord[]>
  /** Outcome: how many there are of each. Reads an index of every order: ask now and then, not for each request. */
  counts(): Promise<StateCounts>
}
