import type { ClaimedMessage, DeliveryOutcome } from '../shared/ports/outbox-port.js'

/** A batch on its way. Neither promise rejects. */
export interface InFlightBatch {
  /** Every message of it has its outcome. */
  readonly answered: Promise<unknown>
  /** And every outcome was handed to the store. */
  readonly stored: Promise<unknown>
}

export interface InFlightBatchCallbacks {
  /** Never rejects. */
  outcomeOf(claimed: ClaimedMessage): Promise<DeliveryOutcome>
  store(outcomes: readonly DeliveryOutcome[]): Promise<void>
  onFailure(error: unknown): void
}

/**
 * Stores outcomes as they come: what comes while a call to the store is under way goes with the next one. So a message
 * that is slow, or kills its relay, keeps no other.
 */
export function startBatch(batch: readonly ClaimedMessage[], dependencies: InFlightBatchCallbacks): InFlightBatch {
  let waiting: DeliveryOutcome[] = []
  let storing: Promise<void> | null = null
  async function storeWaiting(): Promise<void> {
    // Confirms come in groups: all of one group go together.
    await null
    while (waiting.length > 0) {
      const outcomes = waiting
      waiting = []
      await dependencies.store(outcomes).catch(dependencies.onFailure)
    }
    storing = null
  }
  const outcomes = batch.map(async (claimed) => {
    const outcome = await dependencies.outcomeOf(claimed)
    waiting.push(outcome)
    storing ??= storeWaiting()
  })
  const answered = Promise.all(outcomes)
  return { answered, stored: answered.then(() => storing) }
}
