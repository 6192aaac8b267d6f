import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { missing } from './own-rabbit.js'
import { freePort, type OwnServer, startOwnServer } from './own-server.js'

const PROGRAM = '/usr/sbin/mariadbd'

export const ownMariadbMissing = await missing(PROGRAM, 'MariaDB is not installed on this machine')

/** A MariaDB in a folder of its own, with no database of ours yet. */
export async function startOwnMariadb(): Promise<OwnServer> {
  const folder = await mkdtemp(join(tmpdir(), 'coursepay-mariadb-'))
  const port = await freePort()
  const here = ['--no-defaults', `--datadir=${join(folder, 'data')}`, `--user=${userInfo().username}`]
  const setUp = [...here, '--auth-root-authentication-method=normal', '--skip-test-db']
  await promisify(execFile)('mariadb-install-db', setUp)
  return startOwnServer({
    url: `mysql://root@127.0.0.1:${port}`,
    port,
    command: PROGRAM,
    args: [
      ...here,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      `--socket=${join(folder, 'socket')}`,
      `--pid-file=${join(folder, 'pid')}`,
    ],
    environment: {},
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  })
}
