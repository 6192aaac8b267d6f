import type { PayResultMessage } from '../pay-result-message.js'

/**
 * What is known of one publish.
 * - `confirmed`: the broker has stored it in every bound queue.
 * - `refused`: definitely not stored (nacked, or no queue is bound).
 * - `unknown`: no word came; it may be stored. Not an attempt used up, since an outage is nobody's fault.
 * - `poison`: it can never be sent, or its readers gave it up for good; trying again changes nothing.
 */
export type PublishOutcome =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'poison'; readonly reason: string }

/** Hands messages to the broker. */
export interface MessagePublisher {
  /** Every publish settles within this time, in ms: the relay's lease is this and a little more. */
  readonly timeLimitMs: number

  /**
   * Outcome: always settles, within `timeLimitMs`, to one of the four; never rejects.
   * Repeated call: the message is sent again; readers tell by its id. Concurrency: many at once, in any order.
   * Retry: the relay.
   */
  publish(message: PayResultMessage): Promise<PublishOutcome>

  /**
   * False while a publish has no chance (no connection, or the broker takes nothing): the relay then leaves messages
   * unclaimed, so that an outage costs no writes. Left out by a publisher that always has a chance. Never throws.
   */
  available?(): boolean
}
