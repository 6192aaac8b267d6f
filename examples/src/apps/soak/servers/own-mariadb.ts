import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { missingReason, removeFolder } from './own-rabbit.js'
import { freePort, type OwnServer, type OwnServerParts, startOwnServer } from './own-server.js'

const PROGRAM = '/usr/sbin/mariadbd'
export const runToEnd = promisify(execFile)

export const ownMariadbMissing = await missingReason(PROGRAM, 'MariaDB is not installed on this machine')

/** Product and version. */
export const ownMariadbName = ownMariadbMissing === null ? `MariaDB ${await readVersion()}` : 'MariaDB'

/** A MariaDB with no database of ours yet; by default in a folder of its own. */
export async function startOwnMariadb(under = tmpdir()): Promise<OwnServer> {
  const folder = await mariadbFolder(under)
  const data = join(folder, 'data')
  await createMariadb(data)
  return startOwnServer({ ...(await mariadbServer(data)), remove: () => removeFolder(folder) })
}

export const mariadbFolder = (under = tmpdir()) => mkdtemp(join(under, 'coursepay-mariadb-'))

export async function createMariadb(data: string, user = userInfo().username): Promise<void> {
  const setUp = ['--no-defaults', `--datadir=${data}`, `--user=${user}`]
  const options = [...setUp, '--auth-root-authentication-method=normal', '--skip-test-db']
  await runToEnd('mariadb-install-db', options, { env: { ...process.env, TMPDIR: dirname(data) } })
}

/** How a server on this data folder is started. */
export async function mariadbServer(data: string, user = userInfo().username): Promise<Omit<OwnServerParts, 'remove'>> {
  const port = await freePort()
  return {
    url: `mysql://root@127.0.0.1:${port}`,
    port,
    command: PROGRAM,
    args: [
      '--no-defaults',
      `--datadir=${data}`,
      // At its start a server removes every temporary table in its folder for them: in the common one also those of the
      // machine's server.
      `--tmpdir=${data}`,
      `--user=${user}`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      `--socket=${data}.socket`,
      `--pid-file=${data}.pid`,
    ],
    environment: {},
  }
}

async function readVersion(): Promise<string> {
  const { stdout } = await runToEnd(PROGRAM, ['--version'])
  return /\b\d{1,3}\.\d{1,3}\.\d{1,3}/.exec(stdout)?.[0] ?? ''
}
