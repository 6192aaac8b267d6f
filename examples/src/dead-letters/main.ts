import { parseArgs } from 'node:util'
import { type DeadLetter, openRabbitBroker } from '@coursepay/adapter-mq'
import { CheckoutError } from '@coursepay/core'
import { readSettings } from '../settings/read-settings.js'
import type { BrokerSettings } from '../settings/settings.js'
import { SettingsError } from '../settings/settings-error.js'

const USAGE = 'npm run dead-letters -- [--queue NAME] [--limit 100] [--redrive]'
const EXIT = { noneLeft: 0, someLeft: 1, notUnderstood: 2, notDone: 3 } as const

interface Wanted {
  readonly queue: string
  readonly limit: number
  readonly redrive: boolean
}

class UsageError extends Error {}

/** Shows what a reader of messages gave up, or puts it back into that reader's queue alone. */
async function main(): Promise<number> {
  try {
    const { broker } = readSettings(process.env, { gateway: 'none' })
    if (broker === null)
      throw new UsageError('AMQP_URL is not set: messages that stay in a process have no dead letters.')
    return await work(broker, readWanted(process.argv.slice(2), broker.queue))
  } catch (error) {
    if (error instanceof SettingsError || error instanceof UsageError) {
      console.error(error.message)
      return EXIT.notUnderstood
    }
    console.error(CheckoutError.isInstance(error) ? `${error.message} (${error.code})` : error)
    return EXIT.notDone
  }
}

function readWanted(words: string[], ownQueue: string): Wanted {
  try {
    const options = { queue: { type: 'string' }, limit: { type: 'string' }, redrive: { type: 'boolean' } } as const
    const { queue = ownQueue, limit = '100', redrive = false } = parseArgs({ args: words, options }).values
    if (!/^[1-9]\d{0,5}$/.test(limit)) throw new UsageError('limit')
    return { queue, limit: Number(limit), redrive }
  } catch {
    throw new UsageError(`Usage: ${USAGE}`)
  }
}

async function work({ queue: _, ...options }: BrokerSettings, { queue, limit, redrive }: Wanted): Promise<number> {
  const { deadLetters, close } = await openRabbitBroker({ ...options, connectionName: 'coursepay dead-letters' })
  try {
    // Counted before: for a moment the broker does not count what was looked at.
    const found = await deadLetters.count(queue)
    const moved = redrive ? await deadLetters.redrive({ queue, limit }) : 0
    if (!redrive) for (const letter of await deadLetters.peek({ queue, limit })) console.log(lineOf(letter))
    const left = found - moved
    console.log(`${queue}: ${redrive ? `${moved} put back, ` : ''}${left} given up.`)
    return left === 0 ? EXIT.noneLeft : EXIT.someLeft
  } finally {
    await close()
  }
}

const lineOf = ({ messageId, failedAt, attempts, reason, body }: DeadLetter): string =>
  `${messageId ?? 'no id'}  ${failedAt ?? 'at an unknown time'}  ${attempts} tries  ${reason}\n  ${body}`

process.exitCode = await main()
