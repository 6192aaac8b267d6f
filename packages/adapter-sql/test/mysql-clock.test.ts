import { type ReferenceClockHarness, referenceClockContract } from '@coursepay/core/contracts'
import { expect, it } from 'vitest'
import { sqlStore } from '../src/sql-store.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { tcpProxy } from './support/tcp-proxy.js'

const test = mysqlTestDatabase()

async function serverClockHarness(): Promise<ReferenceClockHarness> {
  const proxy = await tcpProxy(test.host, test.port)
  const store = await sqlStore({ url: test.url(proxy.port) }).open()
  if (!store.clock) throw new Error('A database server has a clock.')
  return {
    clock: store.clock,
    now: () => Date.now(),
    cutOff: () => proxy.cut(),
    async dispose() {
      await store.close()
      await proxy.close()
    },
  }
}

referenceClockContract(
  { describe: describeOnMysql, it },
  { name: 'of the database server', makeHarness: serverClockHarness },
)

it('a file has no clock of its own', async () => {
  const store = await sqlStore({ url: 'sqlite::memory:' }).open()
  expect(store.clock).toBeNull()
  await store.close()
})
