import { openRabbitBroker } from '@coursepay/adapter-mq'
import { openDatabase } from '@coursepay/adapter-sql'
import type { BrokerSettings } from '../settings/settings.js'
import { type Check, type Finding, fault, ok, worry } from './finding.js'

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
export const checkBroker = ({ url, exchange, queue, queueType }: BrokerSettings): Check => ({
  name: 'broker',
  async run() {
    try {
      const broker = await openRabbitBroker({ url, exchange, queueType })
      try {
        await broker.ping()
        return [
          ok(`RabbitMQ answers, and the exchange ${exchange} is there.`),
          versionFinding(broker.serverVersion()),
          (await broker.checkQueue(queue)) === 'fits'
            ? ok(`The queue ${queue} fits the settings.`)
            : ok(`The queue ${queue} is not there yet: its reader declares it.`),
        ]
      } finally {
        await broker.close()
      }
    } catch (error) {
      return [failed('RabbitMQ cannot be used', error, 'AMQP_URL')]
    }
  },
})

/** From 3.10 on a quorum queue hands a message to its dead-letter queue without the risk of losing it. */
export function versionFinding(version: string | null): Finding {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? []
  if (major === undefined) return worry('The broker does not name its version: 3.10 is the oldest that will do.')
  if (Number(major) > 3 || (major === '3' && Number(minor) >= 10)) return ok(`RabbitMQ ${version} is new enough.`)
  return fault(
    `RabbitMQ ${version} is too old: from 3.10 on no message is lost between a queue and its dead letters. Update it.`,
  )
}

const failed = (what: string, error: unknown, setting: string): Finding =>
  fault(`${what}: ${error instanceof Error ? error.message : 'unknown'} Look at ${setting}, and whether it is running.`)
