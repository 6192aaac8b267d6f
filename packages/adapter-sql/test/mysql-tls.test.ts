import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { openOwnTables } from '../src/own-tables.js'
import { sqlStore } from '../src/sql-store.js'
import { certificatesMissing, tlsServer } from './support/tls-server.js'

const table = { name: 'things', columns: { id: 'key' }, primaryKey: ['id'] } as const

/** Opens a store of this address by TLS; answers what it says, and whether the server saw the login. */
async function login(host: string, subject: string, migrations: 'run' | 'check' = 'run') {
  const server = await tlsServer(subject)
  const url = `mysql://shop:s3cret@${host}:${server.port}/shop?tls=on&connectTimeoutMs=2000`
  const failure = await sqlStore({ url, migrations })
    .open()
    .then(
      () => null,
      (error: unknown) => error,
    )
  return { failure, hasLogin: server.hasLogin() }
}

describe.skipIf(certificatesMissing !== null)(`a server with a certificate ${certificatesMissing ?? ''}`.trim(), () => {
  it.each([
    ['127.0.0.1', 'IP:127.0.0.1'],
    ['localhost', 'DNS:localhost'],
  ])('a login goes to a server whose certificate is for the %s of the address', async (host, subject) => {
    for (const migrations of ['run', 'check'] as const) {
      expect(await login(host, subject, migrations)).toMatchObject({ hasLogin: true })
    }
  })

  it.each([
    ['127.0.0.1', 'IP:127.0.0.2'],
    ['127.0.0.1', 'DNS:localhost'],
    ['localhost', 'DNS:db.example'],
  ])('no login goes from %s to a server whose certificate is for %s', async (host, subject) => {
    const { failure, hasLogin } = await login(host, subject)
    expect(hasLogin).toBe(false)
    expect(failure).toMatchObject({ message: expect.stringContaining('certificate') })
  })

  it('tables of a service’s own say so in a sentence too, and print nothing', async () => {
    const server = await tlsServer('DNS:db.example')
    const lines = [vi.spyOn(console, 'log'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')]
    onTestFinished(() => void vi.restoreAllMocks())
    const opened = openOwnTables(`mysql://shop:s3cret@127.0.0.1:${server.port}/shop?tls=on&connectTimeoutMs=2000`, [
      table,
    ])
    await expect(opened).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('certificate of the database server is not trusted'),
    })
    for (const line of lines) expect(line).not.toHaveBeenCalled()
  })
})

it('a file that is no database is a sentence for tables of a service’s own', async () => {
  await expect(openOwnTables(`sqlite:${import.meta.filename}`, [table])).rejects.toMatchObject({
    code: 'store_unavailable',
  })
})
