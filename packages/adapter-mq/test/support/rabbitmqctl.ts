import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Of the broker under test; an address of another broker than the machine's own names its tool by a port,
 * `TEST_RABBITMQCTL_5673`.
 */
const { port } = new URL(process.env.TEST_AMQP_URL ?? 'amqp://127.0.0.1')
const [tool = '', ...firstWords] = (
  process.env[`TEST_RABBITMQCTL_${port}`] ?? (['', '5672'].includes(port) ? 'rabbitmqctl' : '')
).split(' ')
const control = async (...words: string[]) => run(tool, [...firstWords, '-q', ...words])

const isWord = (answer: { readonly stdout: string } | null): boolean => answer !== null && answer.stdout.length > 0

/** The broker's own tool; not there when the broker runs on another machine. */
export const hasRabbitmqctl = isWord(await control('version').catch(() => null))

/**
 * Has the broker close every connection of this name, as on a shutdown: `320 CONNECTION_FORCED`, without an `error`
 * event.
 */
export async function closeConnections(name: string): Promise<number> {
  const { stdout } = await control('list_connections', 'pid', 'client_properties')
  const pids = stdout
    .split('\n')
    .filter((line) => line.includes(name))
    .flatMap((line) => /<[\w@.-]+>/.exec(line) ?? [])
  for (const pid of pids) await control('close_connection', pid, 'closed for a test')
  return pids.length
}

export async function rabbitmqctl(...words: string[]): Promise<string> {
  return (await control(...words)).stdout
}

/** What a user may do with names that fit, as `rabbitmqctl set_permissions` takes it. */
export interface Permissions {
  readonly configure: string
  readonly write: string
  readonly read: string
}

const erlangBinary = (text: string): string => `<<${[...Buffer.from(text)].join(',')}>>`
const BY = erlangBinary('a test')

/**
 * A user of the virtual host for one test, with a random name. `url` is the broker's address with that login. In one
 * call: each starts a virtual machine, which takes seconds.
 */
export async function createUser(url: string, permissions: Permissions | null, password: string = randomUUID()) {
  const name = `test-${randomUUID()}`
  const { configure, write, read } = permissions ?? {}
  const user = erlangBinary(name)
  const steps = [`rabbit_auth_backend_internal:add_user(${user}, ${erlangBinary(password)}, ${BY})`]
  if (configure !== undefined && write !== undefined && read !== undefined) {
    const patterns = ['/', configure, write, read].map(erlangBinary).join(', ')
    steps.push(`rabbit_auth_backend_internal:set_permissions(${user}, ${patterns}, ${BY})`)
  }
  await rabbitmqctl('eval', `${steps.join(', ')}.`)
  const login = new URL(url)
  login.username = name
  login.password = encodeURIComponent(password)
  return { name, url: login.href, remove: () => removeUsers([name]) }
}

export async function removeUsers(names: readonly string[]): Promise<void> {
  const users = names.map(erlangBinary).join(', ')
  await rabbitmqctl('eval', `[rabbit_auth_backend_internal:delete_user(User, ${BY}) || User <- [${users}]].`)
}

/** A virtual host for one test, that `user` may use, with the type that queues have by default there. */
export async function createVirtualHost(user: string, defaultQueueType: 'classic' | 'quorum') {
  const name = `test-${randomUUID()}`
  await rabbitmqctl('add_vhost', name, '--default-queue-type', defaultQueueType)
  await rabbitmqctl('set_permissions', '-p', name, user, '.*', '.*', '.*')
  return { name, remove: () => rabbitmqctl('delete_vhost', name) }
}
