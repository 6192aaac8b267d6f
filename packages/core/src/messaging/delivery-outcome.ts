import type { PublishOutcome } from '../shared/ports/message-publisher.js'
import type { ClaimedMessage, DeliveryOutcome } from '../shared/ports/outbox-port.js'
import type { RelaySettings } from './relay-settings.js'

const UNKNOWN_OUTCOME_DELAY_MS = 2_000
const MAX_BACKOFF_MS = 60_000

/** What becomes of a message that the broker answered for. */
export function deliveryOutcomeOf(
  claimed: ClaimedMessage,
  outcome: PublishOutcome,
  { maxAttempts }: RelaySettings,
): DeliveryOutcome {
  switch (outcome.kind) {
    case 'confirmed':
      return { kind: 'acknowledge', claimed }
    case 'undeliverable':
      return deadLetterOutcome(claimed, outcome.reason)
    case 'unknown':
      return uncountedRescheduleOutcome(claimed, outcome.reason, UNKNOWN_OUTCOME_DELAY_MS)
    case 'refused': {
      if (claimed.attempts + 1 >= maxAttempts) return deadLetterOutcome(claimed, outcome.reason)
      const delayMs = backoffMsAfter(claimed.attempts)
      return { kind: 'reschedule', claimed, reason: outcome.reason, delayMs, countsAsAttempt: true }
    }
  }
}

export const deadLetterOutcome = (claimed: ClaimedMessage, reason: string): DeliveryOutcome => ({
  kind: 'deadLetter',
  claimed,
  reason,
})

/** Without an attempt used up. */
export const uncountedRescheduleOutcome = (
  claimed: ClaimedMessage,
  reason: string,
  delayMs: number,
): DeliveryOutcome => ({
  kind: 'reschedule',
  claimed,
  reason,
  delayMs,
  countsAsAttempt: false,
})

/** 1 s, 2 s, 4 s … 60 s. */
const backoffMsAfter = (attempts: number): number => Math.min(1_000 * 2 ** attempts, MAX_BACKOFF_MS)
