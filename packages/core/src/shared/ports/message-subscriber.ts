import type { ReceivedPayResultMessage } from '../pay-result-message.js'

/** Thrown by a handler when trying again cannot help: the message becomes a dead letter at once. */
export class PermanentFailure extends Error {
  override readonly name = 'PermanentFailure'
}

/** Must be safe to call twice with one message: delivery is at least once. */
export type MessageHandler = (message: ReceivedPayResultMessage) => Promise<void>

export interface Subscription {
  /** Outcome: no new message is handed over, and those in work are done. Repeated call: nothing more happens. */
  stop(): Promise<void>
}

/** Reads a service's own queue on the exchange. Every queue gets its own copy of each message. */
export interface MessageSubscriber {
  /**
   * Outcome: `handler` is called with every message, also with those that came before the call. When it throws, the
   * message is tried again: three tries in all, one second apart (seed: max-attempts 3, initial-interval 1000ms), then
   * it becomes a dead letter with the reason, and the next one is taken. `PermanentFailure` and a malformed body are
   * dead-lettered at once. A failure that passes (`isUnavailable`) is no try: the reader pauses, and the message comes
   * again until the handler can work. Errors: `broker_unavailable` when the queue cannot be had as asked, with a
   * sentence that says what to do. Concurrency: the handler may be called with several messages at once. Retry: a lost
   * broker is found again inside.
   */
  subscribe(queue: string, handler: MessageHandler): Promise<Subscription>
}
