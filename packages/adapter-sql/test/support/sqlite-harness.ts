import { join } from 'node:path'
import { systemScheduler } from '@coursepay/core'
import type {
  IdGeneratorHarness,
  LearningStoresHarness,
  OrderStoresHarness,
  PaymentLedgerHarness,
} from '@coursepay/core/contracts'
import { settableClock } from '@coursepay/core/fakes'
import SqliteDriver from 'better-sqlite3'
import type { Database } from '../../src/database.js'
import { databaseOn, openDatabase } from '../../src/open-database.js'
import { type Connection, openConnections } from '../../src/sqlite/connections.js'
import { sqliteEngine } from '../../src/sqlite/sqlite-engine.js'
import { storedTables } from './stored-tables.js'
import { makeFolder } from './temporary-folder.js'

/** A database file with its connections in hand, so that a suite can cut them. */
async function openStore() {
  const folder = makeFolder()
  const file = join(folder.path, 'test.db')
  const clock = settableClock()
  const options = { file, temporary: false, clock, scheduler: systemScheduler, busyTimeoutMs: 5_000 }
  const open = async () => {
    const connections = await openConnections(file, options)
    const database = databaseOn(sqliteEngine(connections, options), systemScheduler)
    await database.migrate()
    return { connections, database }
  }
  let current = await open()
  return {
    clock,
    database: (): Database => current.database,
    writer: (): Connection => current.connections.writer,
    async reopen() {
      await current.database.close()
      current = await open()
    },
    /** As when the disk is gone: the connections are dead, and nobody was told. */
    async breakDown() {
      current.connections.writer.close()
      current.connections.reader.close()
    },
    async dispose() {
      await current.database.close()
      folder.remove()
    },
    async storedIds(name: keyof typeof storedTables) {
      const [table, column] = storedTables[name]
      return beside(file, (connection) =>
        connection.prepare<[], { id: bigint | string }>(`SELECT ${column} AS id FROM ${table}`).safeIntegers().all(),
      ).map(({ id }) => String(id))
    },
    secrets: [folder.path],
    file,
  }
}

/** Reads the file with a connection of one's own. */
export function beside<Result>(file: string, read: (connection: Connection) => Result): Result {
  const connection = new SqliteDriver(file, { readonly: true })
  try {
    return read(connection)
  } finally {
    connection.close()
  }
}

export async function sqliteOrderHarness(): Promise<OrderStoresHarness & PaymentLedgerHarness> {
  const store = await openStore()
  const { reopen, breakDown, dispose, storedIds, secrets } = store
  return {
    get stores() {
      return store.database().orderStores
    },
    get unitOfWork() {
      return store.database().orderUnitOfWork
    },
    get ledger() {
      return store.database().paymentLedger
    },
    get outboxInspection() {
      return store.database().outboxInspection
    },
    get operations() {
      return store.database().operations
    },
    passTime: async (ms) => store.clock.advance(ms),
    storedReason: async (id) =>
      beside(store.file, (connection) =>
        connection.prepare<[string], string | null>('SELECT last_error FROM mq_message WHERE id = ?').pluck().get(id),
      ) ?? null,
    conflictOnce: () => Promise.reject(new Error('Units on SQLite never meet a conflict.')),
    loseCommitAnswerOnce: async () => loseAnswerOnce(store.writer()),
    reopen,
    breakDown,
    dispose,
    storedIds,
    secrets,
  }
}

export async function sqliteLearningHarness(): Promise<LearningStoresHarness> {
  const store = await openStore()
  const { reopen, breakDown, dispose, storedIds, secrets } = store
  return {
    get stores() {
      return store.database().learningStores
    },
    get unitOfWork() {
      return store.database().learningUnitOfWork
    },
    get catalogue() {
      return store.database().catalogue
    },
    publish: (courses) => store.database().publishCourses(courses),
    reopen,
    breakDown,
    dispose,
    storedIds,
    secrets,
  }
}

export async function sqliteIdHarness(): Promise<IdGeneratorHarness> {
  const store = await openStore()
  const elsewhere = await openDatabase({ url: `sqlite:${store.file}` })
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

/** The next COMMIT is done, and then fails all the same, as when the file's last fsync answers an error. */
function loseAnswerOnce(connection: Connection): void {
  const prepare = connection.prepare.bind(connection)
  connection.prepare = ((sql: string) => {
    const statement = prepare(sql)
    if (sql !== 'COMMIT') return statement
    const run = statement.run.bind(statement)
    statement.run = (...bindings) => {
      statement.run = run
      run(...bindings)
      throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' })
    }
    return statement
  }) as typeof prepare
}
