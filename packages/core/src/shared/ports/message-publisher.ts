import type { PayResultMessage } from '../pay-result-message.js'

/**
 * What is known of one publish.
 * - `confirmed`: the broker has stored it in every bound queue.
 * - `refused`: definitely not stored (nacked, or no queue is bound).
 * - `unknown`: no word came; it may be stored. Not an attempt used up, since an outage is nobody's fault.
 * - `undeliverable`: it can never be sent, or every try of its readers failed. Another publish changes nothing.
 */
export type PublishOutcome =
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'undeliverable'; readonly reason: string }

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
   * False while no publish can succeed (no connection, or the broker takes nothing): the relay then leaves messages
   * unclaimed, so that an outage costs no writes. Left out by a publisher that is always available. Never throws.
   */
  available?(): boolean
}
