import { parseArgs } from 'node:util'
import { CheckoutError } from '@coursepay/core'
import { printable } from '@coursepay/core/ports'
import { openRabbitBroker } from '../load-rabbit.js'
import type { DeadLetter } from '../rabbit/rabbit-broker.js'
import { LEARNING_CENTRE_QUEUE, PAYNOTIFY_EXCHANGE } from '../topology.js'

const HELP = `coursepay-mq: lists and redrives the dead letters of a queue.

  coursepay-mq dead-letters [list]     shows the oldest ones with their reasons, and leaves them where they are
  coursepay-mq dead-letters redrive    puts them back into their own queue, as on their first try
  coursepay-mq --help                  prints this

Options: --queue NAME  whose dead letters (default: AMQP_QUEUE, or ${LEARNING_CENTRE_QUEUE})
         --limit 100   at most this many
         --redrive     the same as redrive
Variables: AMQP_URL, AMQP_EXCHANGE, AMQP_QUEUE.
Exit status: 0 none is left, 1 some are left, 2 the arguments, variables or queue are unknown, 3 the broker did not do it.`

const commandLineOptions = {
  queue: { type: 'string' },
  limit: { type: 'string' },
  redrive: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const EXIT_STATUS = { noneLeft: 0, someLeft: 1, notUnderstood: 2, notDone: 3 } as const

type EnvironmentVariables = Readonly<Record<string, string | undefined>>
type Print = (line: string) => void

interface CommandRequest {
  readonly queue: string
  readonly limit: number
  readonly redrive: boolean
}

/** Its sentence is for the person who typed the arguments. */
class UsageError extends Error {}

/** Runs the program; answers its exit status. */
export async function runProgram(
  args: readonly string[],
  environment: EnvironmentVariables,
  print: Print,
): Promise<number> {
  try {
    const request = readCommandRequest(args, environment)
    if (request !== null) return await runCommand(request, environment, print)
    print(HELP)
    return EXIT_STATUS.noneLeft
  } catch (error) {
    const [sentence, status] = sentenceAndStatusOf(error)
    print(sentence)
    return status
  }
}

/** A sentence for the person at the terminal, and the exit status. */
function sentenceAndStatusOf(error: unknown): readonly [sentence: string, status: number] {
  if (error instanceof UsageError) return [`${error.message}\n\n${HELP}`, EXIT_STATUS.notUnderstood]
  if (!CheckoutError.isInstance(error)) return [String(error), EXIT_STATUS.notDone]
  const status = error.code === 'invalid_request' ? EXIT_STATUS.notUnderstood : EXIT_STATUS.notDone
  return [`${printable(error.message)} (${error.code})`, status]
}

/** Null: help is wanted. */
function readCommandRequest(args: readonly string[], environment: EnvironmentVariables): CommandRequest | null {
  const { values, positionals } = parseArguments(args)
  if (values.help === true) return null
  const [subject, action = 'list', ...more] = positionals
  if (subject !== 'dead-letters' || more.length > 0)
    throw new UsageError('The arguments must be "dead-letters", then "list" or "redrive".')
  if (action !== 'list' && action !== 'redrive')
    throw new UsageError('The second argument must be "list" or "redrive".')
  const {
    queue = environment.AMQP_QUEUE || LEARNING_CENTRE_QUEUE,
    limit = '100',
    redrive = action === 'redrive',
  } = values
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new UsageError('The limit must be a whole number from 1 to 999999.')
  return { queue, limit: Number(limit), redrive }
}

function parseArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: commandLineOptions, allowPositionals: true })
  } catch (error) {
    throw new UsageError(printable((error as Error).message))
  }
}

async function runCommand(
  { queue, limit, redrive }: CommandRequest,
  environment: EnvironmentVariables,
  print: Print,
): Promise<number> {
  const { AMQP_URL: url, AMQP_EXCHANGE: exchange } = environment
  if (!url) throw new UsageError('AMQP_URL is not set: set it. Without a broker there are no queues of dead letters.')
  const connectionName = 'coursepay dead-letters'
  const broker = await openRabbitBroker({ url, exchange: exchange || PAYNOTIFY_EXCHANGE, connectionName })
  const { deadLetters } = broker
  try {
    // Counted before: for a moment the broker does not count what was looked at.
    const deadLetterCount = await deadLetters.count(queue)
    if (deadLetterCount === null)
      throw new UsageError(`The broker has no dead-letter queue of ${printable(queue)}: check the name.`)
    const redriven = redrive ? await deadLetters.redrive({ queue, limit }) : 0
    if (!redrive) for (const letter of await deadLetters.peek({ queue, limit })) print(formatDeadLetter(letter))
    const remaining = deadLetterCount - redriven
    print(`${printable(queue)}: ${redrive ? `${redriven} redriven, ` : ''}${remaining} dead letters.`)
    return remaining === 0 ? EXIT_STATUS.noneLeft : EXIT_STATUS.someLeft
  } finally {
    await broker.close()
  }
}

/** Strangers who can write to the exchange choose these texts. */
function formatDeadLetter({ messageId, failedAt, attempts, reason, body }: DeadLetter): string {
  const facts = [messageId ?? 'no id', failedAt ?? 'at an unknown time', `${attempts} tries`, reason]
  return `${facts.map(printable).join('  ')}\n  ${printable(body)}`
}
