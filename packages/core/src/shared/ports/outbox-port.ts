import type { MessageId } from '../identifiers.js'
import type { OperatorAction } from '../operator-action.js'
import type { PayResultMessage } from '../pay-result-message.js'
import type { EpochMs } from './clock.js'

/**
 * A message under a lease. `token` is the fence: a relay that lost its lease can change nothing with it. A lease is
 * lost when another claim takes the message; one that merely ran out still holds until then.
 */
export interface ClaimedMessage {
  readonly message: PayResultMessage
  readonly token: string
  /** Definite failures so far. */
  readonly attempts: number
  /**
   * Claims since an outcome was last recorded, this one included: a high number means that the message kills its relay.
   */
  readonly claims: number
}

/** What became of a claimed message. */
export type DeliveryOutcome = { readonly claimed: ClaimedMessage } & (
  | { readonly kind: 'acknowledge' }
  /** Due again after `delayMs`. `countsAsAttempt` is false for an unknown outcome: an outage uses up no attempts. */
  | {
      readonly kind: 'reschedule'
      readonly delayMs: number
      readonly reason: string
      readonly countsAsAttempt: boolean
    }
  /** Never due again unless redelivered; kept with its reason for an operator. */
  | { readonly kind: 'deadLetter'; readonly reason: string }
)

/** A dead letter of the outbox, which waits for an operator. */
export interface DeadLetter {
  readonly message: PayResultMessage
  readonly reason: string
  readonly attempts: number
  readonly diedAt: EpochMs
}

/**
 * The outbox: messages that were committed in one transaction with the change they report (table `mq_message`).
 * Delivery is at least once; a row is deleted only when the broker has stored and routed its message.
 * A commit of an order appends to it. Every method may fail with `store_unavailable`.
 */
export interface OutboxPort {
  /**
   * Outcome: up to `limit` due messages, oldest first, nobody else's for `leaseMs`; empty when none is due.
   * A lease that ran out makes its messages due again. Concurrency: no message is handed to two claimers at once.
   * Retry: the relay's next round.
   */
  claim(limit: number, leaseMs: number): Promise<readonly ClaimedMessage[]>

  /**
   * Outcome: each outcome is stored; the answer has one entry for each, in their order: true when the lease held (a
   * lease that ran out holds until another claim), false when it was lost, and then nothing changes. `reschedule` and
   * `deadLetter` count `claims` from zero again. Repeated call: false for each. Errors: then the leases run out and the
   * messages are sent again.
   */
  settle(outcomes: readonly DeliveryOutcome[]): Promise<readonly boolean[]>
}

/** What an operator sees of the outbox, and can do. Every method may fail with `store_unavailable`. */
export interface OutboxInspection {
  /** Messages not yet delivered, dead letters apart, and the age of the oldest in ms (0 when there is none). */
  backlog(): Promise<{ readonly waiting: number; readonly dead: number; readonly oldestMs: number }>

  /** Outcome: up to `limit` dead letters, the longest dead first. */
  deadLetters(limit: number): Promise<readonly DeadLetter[]>

  /**
   * Outcome: the dead letter, which is due at once with `attempts` and `claims` counted from zero; null when there is
   * no dead letter of this id. `action` is stored in the same commit, with the message's order. Repeated call: null.
   * Concurrency: of many callers one gets it.
   */
  redeliver(id: MessageId, action: Omit<OperatorAction, 'orderId'>): Promise<DeadLetter | null>
}
