import type { MessagePublisher, MessageSubscriber } from '@coursepay/core/ports'

// What the package hands out; it names no type of amqplib, which the user of this package may not have installed.

export interface RabbitBroker {
  readonly publisher: RabbitPublisher
  readonly subscriber: RabbitSubscriber
  readonly deadLetters: DeadLetters
  /**
   * Resolves when every connection answers and every queue is bound and read; `broker_unavailable` with the reason
   * otherwise.
   */
  ping(): Promise<void>
  /** The version of the broker that is connected, such as `3.13.7`; null while none is, or when it names none. */
  serverVersion(): string | null
  /**
   * Outcome: subscriptions stopped, what was on the way confirmed, connections closed; each within its time limit.
   * Repeated call: nothing more happens. Publishing afterwards is `unknown`. Never rejects.
   */
  close(): Promise<void>
}

/** `MessagePublisher` on RabbitMQ, with what the relay asks before it claims. */
export interface RabbitPublisher extends MessagePublisher {
  /** False while no publish can succeed: not connected, blocked, being closed, or a required queue is missing. */
  available(): boolean
  /** The broker is short of memory or disk and accepts no message. */
  isBlocked(): boolean
}

export interface RabbitSubscriber extends MessageSubscriber {
  /** Why a subscription gets no messages now; null while each does. */
  problem(): string | null
  stopAll(): Promise<void>
}

/** A message that its consumer could not handle. */
export interface DeadLetter {
  readonly body: string
  readonly messageId: string | null
  readonly reason: string
  /** ISO 8601; null when the broker itself dead-lettered it. */
  readonly failedAt: string | null
  readonly attempts: number
}

export interface DeadLetterBatchRequest {
  /** The service's own queue; its dead letters lie in `<queue>.dlq`. */
  readonly queue: string
  readonly limit: number
}

/** What an operator does with dead letters. All calls: `broker_unavailable` when the broker does not answer. */
export interface DeadLetters {
  /** Messages in the dead-letter queue; null when the broker has no such queue. */
  count(queue: string): Promise<number | null>
  /** Looks at the oldest ones and leaves them there. */
  peek(request: DeadLetterBatchRequest): Promise<readonly DeadLetter[]>
  /**
   * Puts the oldest ones back into that one queue, as on their first try; other services do not see them again. Each is
   * taken out only when its copy is confirmed. Answers how many went back; what fails again meanwhile is not taken
   * twice.
   */
  redrive(request: DeadLetterBatchRequest): Promise<number>
}
