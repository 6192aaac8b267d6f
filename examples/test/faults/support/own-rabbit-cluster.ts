import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  knowsQueue,
  ownRabbitName,
  rabbitEnvironment,
  rabbitFolder,
  rabbitNode,
  rabbitProgram,
  removeFolder,
} from '../../../src/apps/soak/servers/own-rabbit.js'
import { freePort, type OwnServer, startOwnServer } from '../../../src/apps/soak/servers/own-server.js'
import { until } from '../../support/until.js'

const [control, ...controlWords] = rabbitProgram('rabbitmqctl')
const NAMES = ['one', 'two', 'three']
export interface ClusterNode extends OwnServer {
  readonly name: string
}

/** Who keeps a quorum queue, by the names of the nodes. */
export interface QueueReplicas {
  readonly leader: string
  readonly members: readonly string[]
}

export interface RabbitCluster extends AsyncDisposable {
  readonly nodes: readonly [ClusterNode, ClusterNode, ClusterNode]
  /** Starts what was killed. */
  heal(): Promise<void>
  replicasOf(queue: string): Promise<QueueReplicas>
  /**
   * Resolves when every node will know the queue after a kill: two nodes that do not would outvote the one with the
   * messages.
   */
  hasStored(queue: string): Promise<void>
}

/**
 * Three RabbitMQ nodes in one cluster. They find each other by a port mapper (epmd) of their own, so that the machine's
 * broker never hears of them, and none is left running when they are gone.
 */
export async function startOwnRabbitCluster(): Promise<RabbitCluster> {
  await using started = new AsyncDisposableStack()
  const folder = started.adopt(await rabbitFolder(), removeFolder)
  const mapperPort = await freePort()
  const mapper = { ERL_EPMD_PORT: String(mapperPort), ERL_EPMD_ADDRESS: '127.0.0.1' }
  started.use(
    await startOwnServer({
      ...{ url: '', port: mapperPort, command: 'epmd', args: [], environment: mapper },
      remove: async () => {},
    }),
  )
  const parts = await Promise.all(NAMES.map((name) => rabbitNode(folder, name)))
  const nameOf = (index: number) => parts[index]?.environment.RABBITMQ_NODENAME ?? ''
  await writeFile(join(folder, '.erlang.cookie'), 'of these tests', { mode: 0o400 })
  await writeFile(join(folder, 'rabbitmq.conf'), clusterOf(parts.map((_, index) => nameOf(index))))

  const starting = parts.map((part) =>
    startOwnServer({ ...part, environment: { ...part.environment, ...mapper }, remove: async () => {} }),
  )
  started.defer(async () => {
    const settled = await Promise.allSettled(starting)
    await Promise.all(settled.map((each) => each.status === 'fulfilled' && each.value[Symbol.asyncDispose]()))
  })
  const down = new Set<OwnServer>()
  const servers = await Promise.all(starting)
  const node = (index: number): ClusterNode => {
    const server = servers[index] as OwnServer
    const crash = () => {
      down.add(server)
      return server.crash()
    }
    return { ...server, name: nameOf(index), crash }
  }
  async function ask(index: number, ...question: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(control, [...controlWords, '-q', '-n', nameOf(index), ...question], {
      env: { PATH: process.env.PATH, ...rabbitEnvironment(folder), ...mapper },
    })
    return stdout
  }
  const all = started.move()
  return {
    nodes: [node(0), node(1), node(2)],
    async heal() {
      await Promise.all([...down].map((server) => server.start()))
      down.clear()
    },
    async replicasOf(queue) {
      // A node listens before it has booted, and until then it answers no question.
      await ask(0, 'await_startup')
      const listing = await ask(0, 'list_queues', 'name', 'leader', 'members', '--formatter', 'json')
      const queues: readonly (QueueReplicas & { readonly name: string })[] = JSON.parse(listing)
      const found = queues.find(({ name }) => name === queue)
      if (found === undefined) throw new Error(`The cluster has no queue ${queue}.`)
      return found
    },
    async hasStored(queue) {
      await until(
        () => Promise.all(NAMES.map((_, index) => knowsQueue(folder, nameOf(index), queue))),
        (known) => known.every(Boolean),
      )
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** As docs/production.md says; an older RabbitMQ does not know it and needs none. */
const settings = /^RabbitMQ (?:4\.[3-9]|[5-9])/.test(ownRabbitName) ? ['consumer_disconnected_timeout = 5000'] : []

const clusterOf = (names: readonly string[]): string =>
  [
    'cluster_formation.peer_discovery_backend = classic_config',
    ...settings,
    ...names.map((name, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${name}`),
  ].join('\n')
