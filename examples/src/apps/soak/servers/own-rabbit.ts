import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type OwnServer, type OwnServerParts, startOwnServer } from './own-server.js'

/** Debian's programs on the path change to another user, who may not write here; these are what they call. */
const RABBITMQ_FOLDER = '/usr/lib/rabbitmq'

/** Where RabbitMQ 4 is tested, tools/servers says how its programs are called; its nodes come from there too. */
const { TEST_AMQP_NAME = '', TEST_RABBITMQ = '', XDG_CACHE_HOME, HOME = '' } = process.env
const isFromServers = TEST_AMQP_NAME.startsWith('RabbitMQ 4') && TEST_RABBITMQ !== ''
/** Product and version. */
export const ownRabbitName = isFromServers ? TEST_AMQP_NAME : await hostName()

/** How a program of RabbitMQ is called, `rabbitmq-server` or `rabbitmqctl`. */
export function rabbitProgram(name: string): readonly [command: string, ...args: string[]] {
  const [command = '', ...args] = TEST_RABBITMQ.split(' ')
  return isFromServers ? [command, ...args, name] : [`${RABBITMQ_FOLDER}/bin/${name}`]
}

const [command, ...args] = rabbitProgram('rabbitmq-server')

export const ownRabbitMissing = await missingReason(command, 'RabbitMQ is not installed on this machine')

export interface OwnRabbit extends OwnServer {
  /** As `knowsQueue`. */
  knows(queue: string): Promise<boolean>
}

/** A RabbitMQ node without plugins, in a folder of its own. */
export async function startOwnRabbit(): Promise<OwnRabbit> {
  const folder = await rabbitFolder()
  const node = await rabbitNode(folder, 'coursepay')
  const server = await startOwnServer({ ...node, remove: () => removeFolder(folder) })
  return { ...server, knows: (queue) => knowsQueue(folder, node.environment.RABBITMQ_NODENAME ?? '', queue) }
}

/**
 * Whether a node will know a quorum queue after a kill. RabbitMQ writes the names of its quorum queues half a second
 * after the last change, and a node that is killed before begins the queue with an empty log when it starts again.
 */
export async function knowsQueue(folder: string, nodeName: string, queue: string): Promise<boolean> {
  const names = await readFile(join(folder, 'data', nodeName, 'quorum', nodeName, 'names.dets'), 'latin1')
  const name = `%2F_${queue}`
  // With its length before it, as Erlang writes an atom: the name of its dead-letter queue begins the same way.
  return names.includes(String.fromCharCode(name.length) + name)
}

export async function rabbitFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coursepay-rabbit-'))
  await writeFile(join(folder, 'plugins'), '[].')
  return folder
}

export const removeFolder = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 5 })

/**
 * How a node of this name is started, with all its files in the folder. Its settings stand in `rabbitmq.conf` there, if
 * anywhere.
 */
export async function rabbitNode(folder: string, name: string): Promise<Omit<OwnServerParts, 'remove'>> {
  const [port, distributionPort] = [await freePort(), await freePort()]
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    port,
    command,
    args,
    environment: {
      ...rabbitEnvironment(folder),
      RABBITMQ_NODENAME: `${name}-${port}@localhost`,
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(distributionPort),
      RABBITMQ_MNESIA_BASE: join(folder, 'data'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
      RABBITMQ_PID_FILE: join(folder, `${name}.pid`),
    },
  }
}

/** The environment in which a program finds RabbitMQ's files in the folder, and the folder of `tools/servers`. */
export const rabbitEnvironment = (folder: string) => ({
  HOME: folder,
  XDG_CACHE_HOME: XDG_CACHE_HOME ?? join(HOME, '.cache'),
})

/** Why a program cannot be run here; null when it can. */
export async function missingReason(program: string, reason: string): Promise<string | null> {
  const found = await access(program).then(
    () => true,
    () => false,
  )
  if (!found && process.env.REQUIRE_SERVICES === '1')
    throw new Error(`${reason}, and REQUIRE_SERVICES=1 says it must be.`)
  return found ? null : reason
}

async function hostName(): Promise<string> {
  const folders = await readdir(`${RABBITMQ_FOLDER}/lib`).catch(() => [])
  const [, version = ''] = /rabbitmq_server-([\d.]+)/.exec(folders.join(' ')) ?? []
  return `RabbitMQ ${version}`.trim()
}
