import type { MessageId } from '../identifiers.js'
import type { PayResultMessage } from '../pay-result-message.js'

/**
 * A message under a lease. `token` is the fence: a relay that lost its lease can change nothing with it. Lost is a lease that another
 * claim took over; one that merely ran out still holds until then, since nobody else has worked on the message.
 */
export interface ClaimedMessage {
  readonly message: PayResultMessage
  readonly token: string
  /** Definite failures so far. */
  readonly attempts: number
  /** How often it was claimed since an outcome was last recorded, this time included: a high number means that it kills its relay. */
  readonly claims: number
}

/** Why and when a message is to be tried again. */
export interface Postponement {
  readonly delayMs: number
  readonly reason: string
  /** False for an unknown outcome: an outage of the broker must not use up the attempts. */
  readonly countsAsAttempt: boolean
}

/**
 * The outbox: messages that were committed together with the change they tell of (table `mq_message`).
 * Delivery is at least once; the row goes only when the broker has taken the message and routed it.
 */
export interface OutboxPort {
  /**
   * Outcome: the message is due at once, when and only when the surrounding unit of work commits.
   * Repeated call with the same id: stored once. Errors: `store_unavailable`. Retry: the unit of work.
   */
  append(message: PayResultMessage): Promise<void>

  /**
   * Outcome: up to `limit` due messages, oldest first, nobody else's for `leaseMs`; empty when none is due.
   * A lease that ran out makes its messages due again. Concurrency: no message is handed to two claimers at once.
   * Errors: `store_unavailable`. Retry: the relay's next round.
   */
  claim(limit: number, leaseMs: number): Promise<readonly ClaimedMessage[]>

  /**
   * Outcome: the message is gone; true, also under a lease that ran out while nobody else claimed the message. False when the lease
   * had been lost, and nothing changes.
   * Repeated call: false. Errors: `store_unavailable`; then the lease runs out and the message is sent again.
   */
  delivered(claimed: ClaimedMessage): Promise<boolean>

  /**
   * Outcome: due again after `delayMs`, with the reason kept and `claims` counted from zero again; true. False when the lease
   * had been lost.
   * Errors, retry and a lease that ran out: as for `delivered`.
   */
  postpone(claimed: ClaimedMessage, postponement: Postponement): Promise<boolean>

  /**
   * Outcome: a dead message: never due again by itself, kept with its reason for an operator; true.
   * False when the lease had been lost. Errors, retry and a lease that ran out: as for `delivered`.
   */
  park(claimed: ClaimedMessage, reason: string): Promise<boolean>
}

/** What an operator sees of the outbox, and can do. */
export interface OutboxInspection {
  /** Messages not yet delivered, dead ones apart, and the age of the oldest in ms (0 when there is none). */
  backlog(): Promise<{ readonly waiting: number; readonly dead: number; readonly oldestMs: number }>
  /**
   * Outcome: true when the message was dead and is due at once, its `attempts` and `claims` counted from zero again; false when there
   * is no dead message of this id. Repeated call: false. Concurrency: of many callers one gets true.
   */
  redeliver(id: MessageId): Promise<boolean>
}
