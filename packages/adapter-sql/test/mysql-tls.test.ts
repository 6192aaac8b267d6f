import { expect, it } from 'vitest'
import { sqlStore } from '../src/sql-store.js'
import { tlsServer } from './support/tls-server.js'

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
