import type { PayNo } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'

const MIN_BACKOFF_MS = 5_000
const MAX_BACKOFF_MS = 60_000

/**
 * When to query the gateway about an unpaid payment again: after 5 s, 10 s, 20 s … then once a minute. A jitter of 10
 * %, derived from the payment's number, spreads payments of one moment.
 */
export function nextPollByPaymentAge(payNo: PayNo, createDate: EpochMs, now: EpochMs): EpochMs {
  const delay = Math.min(Math.max(now - createDate, MIN_BACKOFF_MS), MAX_BACKOFF_MS)
  const share = Number(payNo.slice(-3)) / 1_000
  return now + Math.round(delay * (0.9 + 0.2 * share))
}

/** The page was opened: the buyer needs some seconds to pay. */
export const firstPollAfterPageOpened = (now: EpochMs): EpochMs => now + MIN_BACKOFF_MS
