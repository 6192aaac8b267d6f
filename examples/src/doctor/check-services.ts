import { openRabbitBroker } from '@coursepay/adapter-mq'
import { openDatabase } from '@coursepay/adapter-sql'
import type { BrokerSettings } from '../settings/settings.js'
import { type Check, type Finding, fault, ok } from './finding.js'

/** Opens and migrates the database, as the server does at its start: its version and rights are looked at there. */
export const checkDatabase = (url: string): Check => ({
  name: 'database',
  async run() {
    const { protocol } = new URL(url)
    try {
      const database = await openDatabase({ url })
      try {
        await database.migrate()
        await database.ping()
        return [ok(`The database (${protocol.replace(':', '')}) answers, and its tables are up to date.`)]
      } finally {
        await database.close()
      }
    } catch (error) {
      return [failed('The database cannot be used', error, 'DATABASE_URL')]
    }
  },
})

/** Connects to the broker and declares the exchange, as the server does. */
export const checkBroker = ({ url, exchange, queueType }: BrokerSettings): Check => ({
  name: 'broker',
  async run() {
    try {
      const broker = await openRabbitBroker({ url, exchange, queueType })
      try {
        await broker.ping()
        return [ok(`RabbitMQ answers, and the exchange ${exchange} is there.`)]
      } finally {
        await broker.close()
      }
    } catch (error) {
      return [failed('RabbitMQ cannot be used', error, 'AMQP_URL')]
    }
  },
})

const failed = (what: string, error: unknown, setting: string): Finding =>
  fault(`${what}: ${error instanceof Error ? error.message : 'unknown'} Look at ${setting}, and whether it is running.`)
