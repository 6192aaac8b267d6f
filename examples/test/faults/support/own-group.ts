import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createMysql, mysqlFolder, mysqlServer } from '../../../src/apps/soak/servers/own-mysql.js'
import { removeFolder } from '../../../src/apps/soak/servers/own-rabbit.js'
import { freePort, type OwnServer, startOwnServer } from '../../../src/apps/soak/servers/own-server.js'
import { openTables, type Tables } from '../../../src/apps/soak/tables.js'
import { until } from '../../support/until.js'

const GROUP = '0c2ab7a6-7e1d-4d36-9a5c-6f3e1f0b9d11'

const PRIMARIES =
  "SELECT member_port port FROM performance_schema.replication_group_members WHERE member_role = 'PRIMARY' AND member_state = 'ONLINE'"

/** A reading session then waits for all that the group has committed. */
export const CATCH_UP = "SET SESSION group_replication_consistency = 'BEFORE'"

const UNREACHABLE =
  "SELECT member_id FROM performance_schema.replication_group_members WHERE member_state = 'UNREACHABLE'"

export interface ReplicationGroup extends AsyncDisposable {
  readonly nodes: GroupNodes
  /** The address of a new database on each of the nodes; the first is the primary. */
  createDatabase(name: string): Promise<readonly [string, string, string]>
  /** From now on every node is a primary. */
  takeWritesEverywhere(): Promise<void>
  /** Asks this node until it says which one takes writes, and that is another than the one that is gone. */
  primaryAfter(gone: OwnServer, asked: OwnServer): Promise<OwnServer>
  /** After all were down: as the runbook says. */
  bootstrapAgain(): Promise<OwnServer>
  /** The one that takes writes, before the others, while all are members. */
  primaryFirst(): Promise<GroupNodes>
}

export type GroupNodes = readonly [OwnServer, OwnServer, OwnServer]

/**
 * Three MySQL servers in Group Replication, the first of them the primary. A node that was killed joins again when it
 * starts.
 */
export async function startOwnGroup(): Promise<ReplicationGroup> {
  await using started = new AsyncDisposableStack()
  const folder = started.adopt(await mysqlFolder(), removeFolder)
  const data = (nodeNumber: number) => join(folder, `data-${nodeNumber}`)
  await createMysql(data(1))
  await Promise.all([2, 3].map((nodeNumber) => cp(data(1), data(nodeNumber), { recursive: true })))
  const groupPorts = [await freePort(), await freePort(), await freePort()]
  const seeds = groupPorts.map((port) => `127.0.0.1:${port}`)

  async function startNode(nodeNumber: number): Promise<OwnServer> {
    // The copy carries no identity: each makes its own.
    await rm(join(data(nodeNumber), 'auto.cnf'), { force: true })
    const server = await mysqlServer(data(nodeNumber))
    const args = [...server.args, ...groupOptions(nodeNumber, seeds)]
    const node = started.use(await startOwnServer({ ...server, args, remove: async () => {} }))
    await joinGroup(node, nodeNumber === 1)
    return { ...node, start: () => node.start().then(() => joinGroup(node, false)) }
  }
  const nodes = [await startNode(1), await startNode(2), await startNode(3)] as const
  const all = started.move()
  return {
    nodes,
    async createDatabase(name) {
      await using tables = await openTables(`${nodes[0].url}/mysql`)
      await tables.query(`CREATE DATABASE ${name}`)
      return [`${nodes[0].url}/${name}`, `${nodes[1].url}/${name}`, `${nodes[2].url}/${name}`]
    },
    async takeWritesEverywhere() {
      await using tables = await openTables(`${nodes[0].url}/mysql`)
      await tables.query('SELECT group_replication_switch_to_multi_primary_mode()')
      await until(
        () => tables.query(PRIMARIES),
        (primaries) => primaries.length === nodes.length,
      )
    },
    async primaryAfter(gone, asked) {
      const primaryPort = await until(
        () => portOfPrimary(asked),
        (port) => port !== null && port !== new URL(gone.url).port,
      )
      return nodes.find(({ url }) => new URL(url).port === primaryPort) ?? asked
    },
    async bootstrapAgain() {
      const first = await completeNode(nodes)
      await joinGroup(first, true)
      // One after the other: each that joins stops the commits for a moment.
      for (const node of nodes) if (node !== first) await joinGroup(node, false)
      return first
    },
    async primaryFirst() {
      const primaryPort = await portOfPrimary(nodes[0])
      const primaryIndex = nodes.findIndex(({ url }) => new URL(url).port === primaryPort)
      const [primary = nodes[0], one = nodes[1], other = nodes[2]] = [
        ...nodes.slice(primaryIndex),
        ...nodes.slice(0, primaryIndex),
      ]
      return [primary, one, other]
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

const groupOptions = (nodeNumber: number, seeds: readonly string[]) => [
  ...['--report-host=127.0.0.1', `--server-id=${nodeNumber}`],
  // A node that starts takes no write before the group makes it the primary.
  '--super-read-only=ON',
  ...['--gtid-mode=ON', '--enforce-gtid-consistency=ON', '--plugin-load-add=group_replication.so'],
  ...['--loose-group-replication-start-on-boot=OFF', `--loose-group-replication-group-name=${GROUP}`],
  `--loose-group-replication-local-address=${seeds[nodeNumber - 1]}`,
  `--loose-group-replication-group-seeds=${seeds.join(',')}`,
  '--loose-group-replication-recovery-get-public-key=ON',
]

/** Makes the node a member; the first one is the group at first. */
export async function joinGroup({ url }: OwnServer, isFirst: boolean): Promise<void> {
  await using tables = await openTables(`${url}/mysql`)
  await tables.query("CHANGE REPLICATION SOURCE TO SOURCE_USER = 'root' FOR CHANNEL 'group_replication_recovery'")
  await tables.query(`SET GLOBAL group_replication_bootstrap_group = ${isFirst ? 'ON' : 'OFF'}`)
  await tables.query('START GROUP_REPLICATION')
  await tables.query('SET GLOBAL group_replication_bootstrap_group = OFF')
  await until(
    () => ownState(tables),
    (state) => state === 'ONLINE',
  )
}

/** The node whose transactions include those of the others: what was answered last may be on two nodes only. */
async function completeNode(nodes: GroupNodes): Promise<OwnServer> {
  const executed = await Promise.all(
    nodes.map(async ({ url }) => {
      await using tables = await openTables(`${url}/mysql`)
      const [row] = await tables.query('SELECT @@gtid_executed gtids')
      return String(row?.gtids)
    }),
  )
  await using tables = await openTables(`${nodes[0].url}/mysql`)
  for (const [index, gtids] of executed.entries()) {
    const subsets = executed.map((other) => `GTID_SUBSET('${other}', '${gtids}')`)
    const [row] = await tables.query(`SELECT ${subsets.join(' AND ')} isComplete`)
    const node = nodes[index]
    if (node !== undefined && Number(row?.isComplete) === 1) return node
  }
  throw new Error('No node has what all the others have.')
}

/** This member leaves the group, which works without it. */
export async function leaveGroup({ url }: OwnServer): Promise<void> {
  await using tables = await openTables(`${url}/mysql`)
  await tables.query('STOP GROUP_REPLICATION')
}

/** The group makes this member the primary, and the one that was it refuses writes. */
export async function makePrimary({ url }: OwnServer): Promise<void> {
  await using tables = await openTables(`${url}/mysql`)
  const [row] = await tables.query('SELECT @@server_uuid uuid')
  await tables.query(`SELECT group_replication_set_as_primary('${String(row?.uuid)}')`)
}

/** Makes the last member of a group that has lost its majority the group, as MySQL's manual says. */
export async function dropUnreachable({ url }: OwnServer): Promise<void> {
  await using tables = await openTables(`${url}/mysql`)
  await until(
    () => tables.query(UNREACHABLE),
    (members) => members.length === 2,
  )
  await tables.query('SET GLOBAL group_replication_force_members = @@group_replication_local_address')
  await tables.query("SET GLOBAL group_replication_force_members = ''")
}

async function ownState(tables: Tables): Promise<unknown> {
  const [row] = await tables.query(
    'SELECT member_state state FROM performance_schema.replication_group_members WHERE member_id = @@server_uuid',
  )
  return row?.state
}

async function portOfPrimary({ url }: OwnServer): Promise<string | null> {
  await using tables = await openTables(`${url}/mysql`)
  const [row] = await tables.query(PRIMARIES)
  return row === undefined ? null : String(row.port)
}
