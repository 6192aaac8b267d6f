import type { ClaimedMessage } from '../shared/ports/outbox-port.js'

/** Claims without an outcome from which on a batch is suspected to hold what kills its relay. */
const MIN_SUSPICIOUS_CLAIMS = 3

export interface BatchSelection {
  readonly batch: readonly ClaimedMessage[]
  /** To be released unsent; their claims are counted from zero then. */
  readonly released: readonly ClaimedMessage[]
  /** The batch is sent while nothing else is in flight, so that a death counts against it alone. */
  readonly isSuspect: boolean
}

/**
 * Finds the message that kills its relay by halving: of a batch that was claimed again and again without an outcome,
 * the most claimed messages are sent, half as many with each death, and the others are released.
 */
export function selectBatchToSend(claimed: readonly ClaimedMessage[]): BatchSelection {
  const maxClaims = Math.max(0, ...claimed.map(({ claims }) => claims))
  if (maxClaims < MIN_SUSPICIOUS_CLAIMS) return { batch: claimed, released: [], isSuspect: false }
  const mostClaimedFirst = claimed.toSorted((some, other) => other.claims - some.claims)
  const size = suspectGroupSize(claimed.length, maxClaims)
  return { batch: mostClaimedFirst.slice(0, size), released: mostClaimedFirst.slice(size), isSuspect: true }
}

/** True when the message was already alone in its batch the last time, and its claims are used up. */
export const killsItsRelay = ({ claims }: ClaimedMessage, batchSize: number, maxClaims: number): boolean =>
  claims > maxClaims && suspectGroupSize(batchSize, claims - 1) === 1

const suspectGroupSize = (batchSize: number, claims: number): number =>
  claims < MIN_SUSPICIOUS_CLAIMS ? batchSize : Math.ceil(batchSize / 2 ** (claims - MIN_SUSPICIOUS_CLAIMS + 1))
