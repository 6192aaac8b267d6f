export interface RelaySettings {
  /** Messages claimed at once. */
  readonly batchSize: number
  readonly maxBatchesInFlight: number
  /** Definite failures after which a message is a dead letter. */
  readonly maxAttempts: number
  /** Claims without an outcome after which a message that was sent alone is a dead letter: it kills its relay. */
  readonly maxClaims: number
}

export const defaultRelaySettings: RelaySettings = {
  batchSize: 200,
  maxBatchesInFlight: 2,
  maxAttempts: 30,
  maxClaims: 20,
}

/**
 * What one relay can have sent before any outcome is stored, and so the copies that a consumer may receive when it is
 * killed.
 */
export const maxDuplicates = ({ batchSize, maxBatchesInFlight }: RelaySettings): number =>
  batchSize * maxBatchesInFlight

/** Counts of one round. `leaseLost`: another relay has the message now; it is sent at least once all the same. */
export interface RelayReport {
  claimed: number
  acknowledged: number
  rescheduled: number
  deadLettered: number
  leaseLost: number
  /** The last batch was a full one: more may wait. */
  more: boolean
}

export const newRelayReport = (): RelayReport => ({
  ...{ claimed: 0, acknowledged: 0, rescheduled: 0, deadLettered: 0, leaseLost: 0 },
  more: false,
})
