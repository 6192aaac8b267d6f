import type { PayNo } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'

const SHORTEST_MS = 5_000
const LONGEST_MS = 60_000

/**
 * When to ask the gateway about an unpaid attempt again: after 5 s, 10 s, 20 s … then once a minute. Whoever watches the attempt asks
 * more often by watching. A tenth more or less, by the attempt's own number, keeps attempts of one moment apart.
 */
export function nextPoll(payNo: PayNo, createDate: EpochMs, now: EpochMs): EpochMs {
  const delay = Math.min(Math.max(now - createDate, SHORTEST_MS), LONGEST_MS)
  const share = Number(payNo.slice(-3)) / 1_000
  return now + Math.round(delay * (0.9 + 0.2 * share))
}

/** The page was opened: the buyer needs some seconds to pay. */
export const firstPoll = (now: EpochMs): EpochMs => now + SHORTEST_MS
