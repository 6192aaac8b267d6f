import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { removeFolder } from './own-rabbit.js'
import { freePort, type OwnServer, type OwnServerParts, startOwnServer } from './own-server.js'

/** How MySQL's server is called: the scripts in tools/servers set it. */
const [program = '', ...firstArgs] = (process.env.TEST_MYSQLD ?? '').split(' ')
const { HOME = '', XDG_CACHE_HOME = '' } = process.env

export const ownMysqlMissing = program === '' ? 'TEST_MYSQLD names no MySQL server' : null
/** Product and version. */
export const ownMysqlName = program === '' ? 'MySQL' : `MySQL ${await readVersion()}`

/** A MySQL with no database of ours yet; by default in a folder of its own. */
export async function startOwnMysql(under = tmpdir()): Promise<OwnServer> {
  const folder = await mysqlFolder(under)
  const data = join(folder, 'data')
  await createMysql(data)
  return startOwnServer({ ...(await mysqlServer(data)), remove: () => removeFolder(folder) })
}

export const mysqlFolder = (under = tmpdir()) => mkdtemp(join(under, 'coursepay-mysql-'))

export async function createMysql(data: string): Promise<void> {
  await promisify(execFile)(program, [...firstArgs, ...filesIn(data), '--initialize-insecure'])
}

/** How a server on this data folder is started. */
export async function mysqlServer(data: string): Promise<Omit<OwnServerParts, 'remove'>> {
  const port = await freePort()
  return {
    url: `mysql://root@127.0.0.1:${port}`,
    port,
    command: program,
    args: [...firstArgs, ...filesIn(data), '--bind-address=127.0.0.1', '--mysqlx=OFF', `--port=${port}`],
    environment: { HOME, XDG_CACHE_HOME },
  }
}

const filesIn = (data: string) => [
  ...['--no-defaults', '--user=root', `--datadir=${data}`, `--tmpdir=${dirname(data)}`],
  ...[`--socket=${data}.socket`, `--pid-file=${data}.pid`, '--secure-file-priv=NULL'],
]

async function readVersion(): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...firstArgs, '--version'])
  return /\b\d{1,3}\.\d{1,3}\.\d{1,3}/.exec(stdout)?.[0] ?? ''
}
