import type { Channel, ConsumeMessage } from 'amqplib'

/** One message in a consumer's hands. It can be settled once, and only on the channel that it came on. */
export interface Delivery {
  readonly message: ConsumeMessage
  /** False once its channel is gone: the broker hands the message out again. */
  canBeSettled(): boolean
  ack(): void
  /** Back into the queue, counted as a delivery that failed. `reject`, since RabbitMQ 4.3 does not count a `nack`. */
  rejectAndRequeue(): void
  /** Back into the queue by `nack`, which 4.3 does not count: nobody has tried it. */
  nackAndRequeue(): void
}

/**
 * `isOpen` tells whether the channel lives; acting on a closed one throws, and on a newer one the broker closes it
 * (406).
 */
export function createDelivery(channel: Channel, message: ConsumeMessage, isOpen: () => boolean): Delivery {
  let isSettled = false
  const settleOnce = (act: () => void) => () => {
    if (isSettled || !isOpen()) return
    isSettled = true
    act()
  }
  return {
    message,
    canBeSettled: () => !isSettled && isOpen(),
    ack: settleOnce(() => channel.ack(message)),
    rejectAndRequeue: settleOnce(() => channel.reject(message, true)),
    nackAndRequeue: settleOnce(() => channel.nack(message, false, true)),
  }
}
