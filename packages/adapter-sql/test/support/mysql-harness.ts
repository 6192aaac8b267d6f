import type {
  IdGeneratorHarness,
  LearningStoresHarness,
  OrderStoresHarness,
  PaymentLedgerHarness,
} from '@coursepay/core/contracts'
import type { Database } from '../../src/database.js'
import { openDatabase } from '../../src/open-database.js'
import { initialTables } from '../../src/schema/initial-tables.js'
import type { MysqlTestDatabase } from './mysql-server.js'
import { storedTables } from './stored-tables.js'
import { tcpProxy } from './tcp-proxy.js'

/** The test's database, emptied, behind a proxy that a suite can cut. */
async function openStore(test: MysqlTestDatabase) {
  const proxy = await tcpProxy(test.host, test.port)
  const open = async (): Promise<Database> => {
    const database = await openDatabase({ url: test.url(proxy.port) })
    await database.migrate()
    return database
  }
  let current = await open()
  await test.rows('SET FOREIGN_KEY_CHECKS = 0')
  for (const { name } of initialTables) await test.rows(`DELETE FROM ${name}`)
  return {
    proxy,
    database: () => current,
    async reopen() {
      await current.close()
      current = await open()
    },
    breakDown: async () => proxy.cut(),
    async dispose() {
      await current.close()
      await proxy.close()
    },
    async storedIds(name: keyof typeof storedTables) {
      const [table, column] = storedTables[name]
      return (await test.rows(`SELECT ${column} AS id FROM ${table}`)).map(({ id }) => String(id))
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
  await test.rows('UPDATE refund SET available_at = available_at - ?', [ms])
}

export const mysqlOrderHarness =
  (test: MysqlTestDatabase) => async (): Promise<OrderStoresHarness & PaymentLedgerHarness> => {
    const { proxy, database, reopen, breakDown, dispose, storedIds, secrets } = await openStore(test)
    return {
      get stores() {
        return database().orderStores
      },
      get unitOfWork() {
        return database().orderUnitOfWork
      },
      get ledger() {
        return database().paymentLedger
      },
      get outboxInspection() {
        return database().outboxInspection
      },
      get operations() {
        return database().operations
      },
      passTime: (ms) => passTime(test, ms),
      async storedReason(id) {
        const [row] = await test.rows('SELECT last_error FROM mq_message WHERE id = ?', [id])
        return row?.last_error ?? null
      },
      conflictOnce: async () => proxy.failNextCommit(),
      loseCommitAnswerOnce: async () => proxy.loseNextCommitAnswer(),
      reopen,
      breakDown,
      dispose,
      storedIds,
      secrets,
    }
  }

export const mysqlLearningHarness = (test: MysqlTestDatabase) => async (): Promise<LearningStoresHarness> => {
  const { database, reopen, breakDown, dispose, storedIds, secrets } = await openStore(test)
  return {
    get stores() {
      return database().learningStores
    },
    get unitOfWork() {
      return database().learningUnitOfWork
    },
    get catalogue() {
      return database().catalogue
    },
    publish: (courses) => database().publishCourses(courses),
    reopen,
    breakDown,
    dispose,
    storedIds,
    secrets,
  }
}

export const mysqlIdHarness = (test: MysqlTestDatabase) => async (): Promise<IdGeneratorHarness> => {
  const store = await openStore(test)
  const elsewhere = await openDatabase({ url: test.url() })
  return {
    ids: store.database().idGenerator,
    idsElsewhere: elsewhere.idGenerator,
    breakDown: store.breakDown,
    async dispose() {
      await elsewhere.close()
      await store.dispose()
    },
    secrets: store.secrets,
  }
}
