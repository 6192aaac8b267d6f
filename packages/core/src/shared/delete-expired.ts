import { DAY_MS } from './beijing-day.js'
import type { Clock } from './ports/clock.js'
import type { RetainedKind, Retention } from './ports/retention.js'

/** How long each kind is kept, in days; `Infinity` keeps it for ever. */
export type RetentionDays = Readonly<Record<RetainedKind, number>>

/**
 * Alipay refunds a payment for twelve months: proofs outlive that by a month. A consumer's notes outlive the dead
 * letters that an operator may redeliver.
 */
export const defaultRetentionDays: RetentionDays = {
  evidence: 400,
  dead_letter: 90,
  query_slot: 30,
  handled_message: 180,
}

/** So few rows that nobody waits for their deletion. */
const MAX_ROWS_PER_DELETE = 1_000

/**
 * One round of the retention worker: a batch of each kind. Rows of a backlog wait for the next rounds, and all rows
 * while the clock is not trusted.
 */
export async function deleteExpiredBatches(retention: Retention, clock: Clock, days: RetentionDays): Promise<void> {
  if ((await clock.verify?.()) === false) return
  for (const [kind, life] of Object.entries(days) as [RetainedKind, number][]) {
    if (life !== Number.POSITIVE_INFINITY)
      await retention.deleteBefore(kind, clock.now() - life * DAY_MS, MAX_ROWS_PER_DELETE)
  }
}
