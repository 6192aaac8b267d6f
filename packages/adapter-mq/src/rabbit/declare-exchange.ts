import type { Channel } from 'amqplib'
import { explained } from './broker-refusal.js'

export const EXCHANGE_ADVICE = 'Name another by the setting "exchange", or delete it.'

/** The exchange that the order service publishes to. Declaring it again with the same arguments changes nothing. */
export async function declareExchange(channel: Channel, exchange: string): Promise<void> {
  await explained(`The exchange ${exchange} exists, but not as a durable fanout.`, EXCHANGE_ADVICE, () =>
    channel.assertExchange(exchange, 'fanout', { durable: true }),
  )
}
