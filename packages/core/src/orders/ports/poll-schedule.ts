import type { PayNo } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'

/** `poll`: query the gateway about a payment whose page was opened. `refund`: execute or confirm a refund. */
export type SchedulePurpose = 'poll' | 'refund'

/**
 * Something to ask the gateway, and when (table `poll_schedule`). Purpose, payment and refund number together are its
 * key.
 */
export interface ScheduleEntry {
  readonly purpose: SchedulePurpose
  readonly payNo: PayNo
  /** The refund's number; empty for `poll`; `?` and the refunded sum in fen for a refund whose number is not known. */
  readonly outRequestNo: string
  readonly dueAt: EpochMs
}

/**
 * When the gateway is asked, and by whom. It holds no money: workers change it by single statements, so that no lock of
 * theirs stops a settlement. Every method may fail with `store_unavailable`.
 */
export interface PollSchedule {
  /** Outcome: the entry is scheduled. Repeated call: the first one stays, with its time. */
  schedule(entry: ScheduleEntry): Promise<void>

  /** Outcome: up to `limit` entries of a purpose that are due at `now`, the longest due first. */
  listDue(purpose: SchedulePurpose, now: EpochMs, limit: number): Promise<readonly ScheduleEntry[]>

  /**
   * Outcome: true for the one caller who moved the entry from its `dueAt` to `to` (null: it is removed).
   * Concurrency: of many callers with one `dueAt`, one gets true. Repeated call: false.
   */
  reschedule(entry: ScheduleEntry, to: EpochMs | null): Promise<boolean>

  /** Outcome: those of these payments that have a `poll` entry: their page was opened, so a trade may exist. */
  polledOf(payNos: readonly PayNo[]): Promise<ReadonlySet<PayNo>>

  /**
   * The throttle of queries. Outcome: true for the one caller who may query the gateway about this payment now; the
   * next may at `nextAt`. The first slot of a payment is free at once. Concurrency: of many callers one gets true.
   */
  tryAcquireQuerySlot(payNo: PayNo, now: EpochMs, nextAt: EpochMs): Promise<boolean>
}
