import type { MessageId, OrderId, PayNo } from '@coursepay/core'

export type ConnectionRole = 'publisher' | 'consumer'

/** What becomes of one message, and the order and payment that it names. */
interface AffectedMessage {
  readonly queue: string
  readonly reason: string
  /** Absent when the body cannot be read. */
  readonly messageId?: MessageId
  readonly orderId?: OrderId
  readonly payNo?: PayNo
}

/**
 * What an operator wants to see in the log. Reasons are the broker's or the network's words; no address and no
 * password.
 */
export type BrokerEvent =
  | { readonly kind: 'connected'; readonly connection: ConnectionRole }
  /** A connection off loopback without TLS, as its address asks for. */
  | { readonly kind: 'exposed'; readonly connection: ConnectionRole }
  | { readonly kind: 'connect_failed'; readonly connection: ConnectionRole; readonly reason: string }
  | { readonly kind: 'connection_lost'; readonly connection: ConnectionRole; readonly reason: string }
  /** The broker is short of memory or disk and accepts nothing on this connection until `unblocked`. */
  | { readonly kind: 'blocked'; readonly connection: ConnectionRole; readonly reason: string }
  | { readonly kind: 'unblocked'; readonly connection: ConnectionRole }
  | { readonly kind: 'channel_failed'; readonly reason: string }
  | { readonly kind: 'subscribed'; readonly queue: string }
  | { readonly kind: 'subscription_lost'; readonly queue: string; readonly reason: string }
  /** The handler cannot work now, whatever the message. No try is counted, and the consumer resumes automatically. */
  | { readonly kind: 'paused'; readonly queue: string; readonly reason: string }
  /** The queue may not be bound to the exchange: what is published meanwhile does not reach it. */
  | { readonly kind: 'not_bound'; readonly queue: string; readonly reason: string }
  /** A handler failed; the message comes again in a second. */
  | (AffectedMessage & { readonly kind: 'try_failed'; readonly attempt: number })
  | (AffectedMessage & { readonly kind: 'dead_lettered'; readonly attempt: number })
  /** The copy for the retry or dead-letter queue was not confirmed; the message is kept and the copy sent again. */
  | (AffectedMessage & { readonly kind: 'copy_failed' })

export type OnBrokerEvent = (event: BrokerEvent) => void

/** A listener may throw; inside a callback of amqplib that would close the connection. */
export function toNonThrowingListener(onEvent: OnBrokerEvent | undefined): OnBrokerEvent {
  return (event) => {
    try {
      onEvent?.(event)
    } catch {
      // A listener's fault is not the broker's.
    }
  }
}
