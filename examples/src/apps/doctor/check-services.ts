import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type FitsOrMissing, openRabbitInspector, type RabbitInspector } from '@coursepay/adapter-mq'
import { type DatabaseState, inspectDatabase } from '@coursepay/adapter-sql'
import { isLoopback } from '../settings/addresses.js'
import type { BrokerSettings } from '../settings/settings.js'
import { type Check, type Finding, fault, ok, worry } from './finding.js'

/** Asks the database for its version and its tables, and changes nothing. */
export const checkDatabase = (url: string): Check => ({
  name: 'database',
  async run() {
    try {
      return [databaseFinding(url, await inspectDatabase(url)), ...plainTextFindings('DATABASE_URL', url)]
    } catch (error) {
      return [failedCheckFinding('The database check failed', error, 'DATABASE_URL')]
    }
  },
})

function databaseFinding(url: string, state: DatabaseState): Finding {
  if (state === 'newer') return fault('A newer version of coursepay migrated this database: run that version.')
  if (state === 'behind') {
    return worry(
      'The tables of this database are those of an older version: a starting server migrates them, now or at its next start.',
    )
  }
  if (state === 'current') return ok('The database answers, and its tables are up to date.')
  return folderFinding(url) ?? ok('The database has no tables yet: the first start of the server makes them.')
}

/** Where SQLite would make its file. */
function folderFinding(url: string): Finding | null {
  const [, file = ''] = /^sqlite:(?:\/\/)?(?!:memory:)(.+)/i.exec(url) ?? []
  let folder = dirname(resolve(file))
  if (file === '') return null
  while (!existsSync(folder)) folder = dirname(folder)
  try {
    accessSync(folder, constants.W_OK)
    return null
  } catch {
    return fault(`DATABASE_URL: this user may not create files in ${folder}. Change the folder or its rights.`)
  }
}

/** Asks the broker for its version, the exchange and the queue. Declares nothing. */
export const checkBroker = ({ url, exchange, queue, queueType, requiredQueues = [] }: BrokerSettings): Check => ({
  name: 'broker',
  async run() {
    try {
      await using started = new AsyncDisposableStack()
      const broker = started.adopt(await openRabbitInspector({ url, exchange, queueType }), (open) => open.close())
      return [
        exchangeFinding(exchange, await broker.checkExchange()),
        versionFinding(broker.serverVersion),
        queueFinding(queue, await broker.checkQueue(queue)),
        ...(await missingQueues(requiredQueues, broker)),
        ...url.split(/,\s*(?=amqps?:)/i).flatMap((address) => plainTextFindings('AMQP_URL', address)),
      ]
    } catch (error) {
      return [failedCheckFinding('The check of RabbitMQ failed', error, 'AMQP_URL')]
    }
  },
})

async function missingQueues(
  names: readonly string[],
  broker: Pick<RabbitInspector, 'checkQueue'>,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const name of names) {
    // A queue that its consumer declared with other arguments exists too.
    if ((await broker.checkQueue(name).catch(() => 'fits')) === 'fits') continue
    findings.push(
      worry(`The queue ${name} of REQUIRED_QUEUES does not exist: no message is sent until its consumer declares it.`),
    )
  }
  return findings
}

const exchangeFinding = (exchange: string, state: FitsOrMissing): Finding =>
  state === 'fits'
    ? ok(`RabbitMQ answers, and the exchange ${exchange} exists.`)
    : worry(`RabbitMQ answers. The exchange ${exchange} does not exist yet: the first start of the server declares it.`)

const queueFinding = (queue: string, state: FitsOrMissing): Finding =>
  state === 'fits'
    ? ok(`The queue ${queue} exists, declared as AMQP_QUEUE_TYPE says.`)
    : worry(`The queue ${queue} does not exist yet: start its consumer, which declares it, before the first order.`)

/** Since 3.10 a quorum queue loses no message on the way to its dead-letter queue. */
export function versionFinding(version: string | null): Finding {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? []
  if (major === undefined) return worry('The broker does not report its version. Check that it is 3.10 or newer.')
  if (Number(major) > 3 || (major === '3' && Number(minor) >= 10)) return ok(`RabbitMQ ${version} is new enough.`)
  return fault(
    `RabbitMQ ${version} is too old: it can lose a message on the way to the dead letters. Update to 3.10 or newer.`,
  )
}

/** To other machines TLS is the default; an address may turn it off for a private network. */
function plainTextFindings(setting: string, address: string): Finding[] {
  const url = URL.parse(address)
  if (url === null || url.searchParams.get('tls') !== 'off' || isLoopback(url.hostname)) return []
  return [
    worry(
      `${setting} says tls=off: passwords and the data of buyers cross the network to ${url.hostname} unencrypted.`,
    ),
  ]
}

/** The adapter's error says what the server answered, or that none did. */
function failedCheckFinding(what: string, error: unknown, setting: string): Finding {
  const sentence = error instanceof Error ? error.message : 'unknown'
  return fault(`${what}: ${sentence} The setting is ${setting}.`)
}
