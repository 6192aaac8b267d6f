import type { IdGeneratorHarness, LearningStoreHarness, OrderStoreHarness } from '@coursepay/core/contracts'
import { tableNamesWith } from '../../src/schema/table-names.js'
import type { OpenedSqlStore } from '../../src/sql-store.js'
import { sqlStore } from '../../src/sql-store.js'
import type { MysqlTestDatabase } from './mysql-server.js'
import { tcpProxy } from './tcp-proxy.js'

/** The test's database, emptied, behind a proxy that a suite can cut. */
async function openStore(test: MysqlTestDatabase) {
  const proxy = await tcpProxy(test.host, test.port)
  const open = (): Promise<OpenedSqlStore> => sqlStore({ url: test.url(proxy.port) }).open()
  let current = await open()
  await test.rows('SET FOREIGN_KEY_CHECKS = 0')
  const { coursepay_migration: _, ...tables } = tableNamesWith('')
  for (const name of Object.values(tables)) await test.rows(`DELETE FROM ${name}`)
  return {
    proxy,
    store: () => current,
    async reopen() {
      await current.close()
      current = await open()
    },
    breakDown: async () => proxy.cut(),
    async dispose() {
      await current.close()
      await proxy.close()
    },
    secrets: [test.password, test.user],
  }
}

/** The server's clock cannot be turned; so all that was stored grows older. */
async function passTime(test: MysqlTestDatabase, ms: number): Promise<void> {
  await test.rows(
    'UPDATE mq_message SET available_at = available_at - ?, create_date = create_date - ?, dead_at = dead_at - ?',
    [ms, ms, ms],
  )
}

export const mysqlOrderHarness = (test: MysqlTestDatabase) => async (): Promise<OrderStoreHarness> => {
  const { proxy, store, reopen, breakDown, dispose, secrets } = await openStore(test)
  return {
    get store() {
      return store().orderStore
    },
    passTime: (ms) => passTime(test, ms),
    loseCommitAnswerOnce: async () => proxy.loseNextCommitAnswer(),
    reopen,
    breakDown,
    dispose,
    secrets,
  }
}

export const mysqlLearningHarness = (test: MysqlTestDatabase) => async (): Promise<LearningStoreHarness> => {
  const { store, reopen, breakDown, dispose, secrets } = await openStore(test)
  return {
    get store() {
      return store().learningStore
    },
    publish: (courses) => store().publishCourses(courses),
    reopen,
    breakDown,
    dispose,
    secrets,
  }
}

export const mysqlIdHarness = (test: MysqlTestDatabase) => async (): Promise<IdGeneratorHarness> => {
  const opened = await openStore(test)
  const elsewhere = await sqlStore({ url: test.url() }).open()
  return {
    ids: opened.store().ids,
    idsElsewhere: elsewhere.ids,
    breakDown: opened.breakDown,
    async dispose() {
      await elsewhere.close()
      await opened.dispose()
    },
    secrets: opened.secrets,
  }
}
