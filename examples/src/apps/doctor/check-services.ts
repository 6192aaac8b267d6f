import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Inspected, inspectRabbit, type RabbitInspection } from '@coursepay/adapter-mq'
import { type DatabaseState, inspectDatabase } from '@coursepay/adapter-sql'
import { isLoopback } from '../settings/exposure.js'
import type { BrokerSettings } from '../settings/settings.js'
import { type Check, type Finding, fault, ok, worry } from './finding.js'

/** Asks the database for its version and its tables, and changes nothing. */
export const checkDatabase = (url: string): Check => ({
  name: 'database',
  async run() {
    try {
      return [databaseFinding(url, await inspectDatabase(url)), ...plainTextFindings('DATABASE_URL', url)]
    } catch (error) {
      return [failed('The database cannot be used', error, 'DATABASE_URL')]
    }
  },
})

function databaseFinding(url: string, state: DatabaseState): Finding {
  if (state === 'newer') return fault('A newer version of coursepay made the tables of the database: run that version.')
  if (state === 'behind') {
    return worry(
      'The tables of the database are those of an older version: the next start of the server migrates them.',
    )
  }
  if (state === 'current') return ok('The database answers, and its tables are up to date.')
  return folderProblem(url) ?? ok('The database has no tables yet: the first start of the server makes them.')
}

/** Where SQLite would make its file. */
function folderProblem(url: string): Finding | null {
  const [, file = ''] = /^sqlite:(?:\/\/)?(?!:memory:)(.+)/i.exec(url) ?? []
  let folder = dirname(resolve(file))
  if (file === '') return null
  while (!existsSync(folder)) folder = dirname(folder)
  try {
    accessSync(folder, constants.W_OK)
    return null
  } catch {
    return fault(`DATABASE_URL: this user may not make files in ${folder}.`)
  }
}

/** Asks the broker for its version, the exchange and the queue. Declares nothing. */
export const checkBroker = ({ url, exchange, queue, queueType, requiredQueues = [] }: BrokerSettings): Check => ({
  name: 'broker',
  async run() {
    try {
      await using started = new AsyncDisposableStack()
      const broker = started.adopt(await inspectRabbit({ url, exchange, queueType }), (open) => open.close())
      return [
        exchangeFinding(exchange, await broker.checkExchange()),
        versionFinding(broker.serverVersion),
        queueFinding(queue, await broker.checkQueue(queue)),
        ...(await missingQueues(requiredQueues, broker)),
        ...url.split(/,\s*(?=amqps?:)/i).flatMap((address) => plainTextFindings('AMQP_URL', address)),
      ]
    } catch (error) {
      return [failed('RabbitMQ cannot be used', error, 'AMQP_URL')]
    }
  },
})

async function missingQueues(
  names: readonly string[],
  broker: Pick<RabbitInspection, 'checkQueue'>,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const name of names) {
    // One that its own reader declared otherwise is there.
    if ((await broker.checkQueue(name).catch(() => 'fits')) === 'fits') continue
    findings.push(
      worry(`REQUIRED_QUEUES names ${name}, which is not there: no message is sent until its reader declares it.`),
    )
  }
  return findings
}

const exchangeFinding = (exchange: string, state: Inspected): Finding =>
  state === 'fits'
    ? ok(`RabbitMQ answers, and the exchange ${exchange} is there.`)
    : worry(`RabbitMQ answers. The exchange ${exchange} is not there yet: the first start of the server declares it.`)

const queueFinding = (queue: string, state: Inspected): Finding =>
  state === 'fits'
    ? ok(`The queue ${queue} is there, declared as AMQP_QUEUE_TYPE says.`)
    : worry(
        `The queue ${queue} is not there yet: its reader declares it at its first start. Do that before the first order.`,
      )

/** From 3.10 on a quorum queue hands a message to its dead-letter queue without the risk of losing it. */
export function versionFinding(version: string | null): Finding {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? []
  if (major === undefined) return worry('The broker does not name its version: 3.10 is the oldest that will do.')
  if (Number(major) > 3 || (major === '3' && Number(minor) >= 10)) return ok(`RabbitMQ ${version} is new enough.`)
  return fault(
    `RabbitMQ ${version} is too old: from 3.10 on no message is lost between a queue and its dead letters. Update it.`,
  )
}

/** Off this machine TLS is the default; an address may end it for a private network. */
function plainTextFindings(setting: string, address: string): Finding[] {
  const url = URL.parse(address)
  if (url === null || url.searchParams.get('tls') !== 'off' || isLoopback(url.hostname)) return []
  return [
    worry(
      `${setting} says tls=off: passwords and the data of buyers cross the network to ${url.hostname} unencrypted.`,
    ),
  ]
}

/** The adapters say what the server answered; whether it runs is asked only when nothing did. */
function failed(what: string, error: unknown, setting: string): Finding {
  const sentence = error instanceof Error ? error.message : 'unknown'
  const isSilent = /cannot be reached|ECONNREFUSED|did not answer/.test(sentence)
  return fault(`${what}: ${sentence} Look at ${setting}${isSilent ? ', and whether the server is running' : ''}.`)
}
