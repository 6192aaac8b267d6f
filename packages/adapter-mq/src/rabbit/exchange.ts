import { type AmqpConnection, existsOnBroker } from './amqp-connection.js'
import { ACCESS_REFUSED, replyCodeOf, toExplainedRefusal } from './broker-error.js'

export const EXCHANGE_ADVICE = 'Name another by AMQP_EXCHANGE (the option "exchange"), or delete it.'

/**
 * Declares the exchange for its publisher, and refuses one of another kind. A user who may not declare takes it as it
 * is.
 */
export async function declareExchange(connection: AmqpConnection, exchange: string): Promise<void> {
  const exists = await exchangeExists(connection, exchange)
  await assertExchange(connection, exchange, exists)
}

/** Compares the exchange with what it should be, and declares nothing. Errors: `broker_unavailable`. */
export async function compareExchangeWithSettings(
  connection: AmqpConnection,
  exchange: string,
): Promise<'fits' | 'missing'> {
  if (!(await exchangeExistsOrExplain(connection, exchange))) return 'missing'
  await assertExchange(connection, exchange, true)
  return 'fits'
}

/** Declares the exchange only when it is missing: a consumer needs no right to configure it. */
export async function declareExchangeIfMissing(connection: AmqpConnection, exchange: string): Promise<void> {
  if (!(await exchangeExistsOrExplain(connection, exchange))) await assertExchange(connection, exchange, false)
}

/** From RabbitMQ 4.3 on even looking needs a permission. */
async function exchangeExistsOrExplain(connection: AmqpConnection, exchange: string): Promise<boolean> {
  try {
    return await exchangeExists(connection, exchange)
  } catch (error) {
    throw toExplainedRefusal(`The exchange ${exchange} cannot be used.`, EXCHANGE_ADVICE, error)
  }
}

const exchangeExists = (connection: AmqpConnection, exchange: string): Promise<boolean> =>
  existsOnBroker(connection, (channel) => channel.checkExchange(exchange))

async function assertExchange(connection: AmqpConnection, exchange: string, exists: boolean): Promise<void> {
  try {
    await connection.withChannel((channel) => channel.assertExchange(exchange, 'fanout', { durable: true }))
  } catch (error) {
    if (replyCodeOf(error) !== ACCESS_REFUSED) {
      throw toExplainedRefusal(`The exchange ${exchange} exists, but not as a durable fanout.`, EXCHANGE_ADVICE, error)
    }
    // Not final: the order service may declare it at any moment.
    if (!exists)
      throw new Error(
        `the exchange ${exchange} does not exist yet, and this user may not declare it: start the order service`,
      )
  }
}
