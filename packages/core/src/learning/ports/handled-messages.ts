import type { MessageId } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'

/** Which messages a consumer has taken (its inbox). */
export interface HandledMessages {
  /**
   * Outcome: true for the first call with this consumer and id, as part of the surrounding unit of work; false ever after.
   * Concurrency: of two copies in work at once, the second waits for the first or is refused, and then gets false.
   * Errors: `store_unavailable`. Retry: the subscriber.
   */
  takeOnce(consumer: string, id: MessageId, now: EpochMs): Promise<boolean>
}
