import { userInfo } from 'node:os'
import { join } from 'node:path'
import {
  createMariadb,
  mariadbFolder,
  mariadbServer,
  ownMariadbMissing,
  runToEnd,
} from '../../../src/apps/soak/servers/own-mariadb.js'
import { missingReason, removeFolder } from '../../../src/apps/soak/servers/own-rabbit.js'
import { freePort, type OwnServer, startOwnServer } from '../../../src/apps/soak/servers/own-server.js'
import { openTables } from '../../../src/apps/soak/tables.js'
import { until } from '../../support/until.js'

const PROVIDER = '/usr/lib/galera/libgalera_smm.so'

export const ownGaleraMissing =
  ownMariadbMissing ??
  (await missingReason(PROVIDER, 'Galera is not installed on this machine')) ??
  (await missingReason('/usr/bin/rsync', 'rsync, by which Galera copies a node, is not installed on this machine'))

/** Not root: its rsync gives up its rights, and then may not write the files that it is to copy. */
const USER = userInfo().uid === 0 ? 'mysql' : userInfo().username

export interface GaleraCluster extends AsyncDisposable {
  readonly nodes: readonly [OwnServer, OwnServer, OwnServer]
  /** The address of a new database on each of the nodes. */
  createDatabase(name: string): Promise<readonly [string, string, string]>
}

/**
 * Three MariaDB servers in one Galera cluster. The second and the third begin with a copy of the first, as does one
 * that was killed.
 */
export async function startOwnGalera(): Promise<GaleraCluster> {
  await using started = new AsyncDisposableStack()
  const folder = started.adopt(await mariadbFolder(), removeFolder)
  const data = (nodeNumber: number) => join(folder, `data-${nodeNumber}`)
  await runToEnd('install', ['-d', '-o', USER, folder, data(1), data(2), data(3)])
  await createMariadb(data(1), USER)

  const groupPorts = [await freePort(), await freePort(), await freePort()]
  const group = `--wsrep-cluster-address=gcomm://${groupPorts.map((port) => `127.0.0.1:${port}`).join(',')}`
  async function startNode(nodeNumber: number, ...more: readonly string[]): Promise<OwnServer> {
    const server = await mariadbServer(data(nodeNumber), USER)
    const args = [...server.args, group, ...(await nodeOptions(groupPorts[nodeNumber - 1] ?? 0)), ...more]
    const node = started.use(await startOwnServer({ ...server, args, remove: async () => {} }))
    await inStep(node)
    const start = () => node.start().then(() => inStep(node))
    return { ...node, start }
  }
  const nodes = [await startNode(1, '--wsrep-new-cluster'), await startNode(2), await startNode(3)] as const
  const all = started.move()
  return {
    nodes,
    async createDatabase(name) {
      await using tables = await openTables(`${nodes[0].url}/mysql`)
      await tables.query(`CREATE DATABASE ${name}`)
      return [`${nodes[0].url}/${name}`, `${nodes[1].url}/${name}`, `${nodes[2].url}/${name}`]
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** A node listens before it has all that the others have, and takes nothing until then. */
async function inStep({ url }: OwnServer): Promise<void> {
  await using tables = await openTables(`${url}/mysql`)
  const state = () => tables.query("SHOW STATUS LIKE 'wsrep_local_state_comment'")
  await until(state, ([row]) => row?.Value === 'Synced')
}

async function nodeOptions(groupPort: number): Promise<readonly string[]> {
  const [copyPort, changesPort] = [await freePort(), await freePort()]
  const provider = [
    `base_port=${groupPort}`,
    `gmcast.listen_addr=tcp://127.0.0.1:${groupPort}`,
    `ist.recv_addr=127.0.0.1:${changesPort}`,
    'gcache.size=32M',
    // As docs/production.md says.
    'evs.suspect_timeout=PT2S',
    'evs.keepalive_period=PT0.5S',
  ]
  return [
    '--wsrep-on=ON',
    `--wsrep-provider=${PROVIDER}`,
    `--wsrep-provider-options=${provider.join(';')}`,
    '--wsrep-node-address=127.0.0.1',
    '--wsrep-sst-method=rsync',
    `--wsrep-sst-receive-address=127.0.0.1:${copyPort}`,
    '--binlog-format=ROW',
    '--innodb-autoinc-lock-mode=2',
  ]
}
