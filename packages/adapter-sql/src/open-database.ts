import { type Clock, type Scheduler, systemClock, systemScheduler } from '@coursepay/core'
import type { Database } from './database.js'
import { type DatabaseAddress, readDatabaseAddress } from './database-address.js'
import { LeasedIdGenerator } from './ids/leased-id-generator.js'
import type { SqlEngine } from './sql/engine.js'
import { statement } from './sql/statement.js'
import { courseCatalogue, publishCourses } from './stores/course-catalogue.js'
import { operationsView } from './stores/operations-view.js'
import { outboxInspection } from './stores/outbox-inspection.js'
import { paymentLedger } from './stores/payment-ledger.js'
import { learningStores, orderStores, unitOfWork } from './stores/stores.js'
import { withDriver } from './with-driver.js'

export interface DatabaseOptions {
  /**
   * `sqlite:./data/coursepay.db` (the folder is made), `sqlite::memory:` for one that goes with `close`, or
   * `mysql://user:password@host:3306/database` (MySQL or MariaDB; options: see `MysqlOptions`).
   */
  readonly url: string
  /** Of leases and due times on SQLite; MySQL goes by its own. */
  readonly clock?: Clock
  readonly scheduler?: Scheduler
  /** How long a call waits for others (their locks, their connections) before it fails with `store_unavailable`. */
  readonly busyTimeoutMs?: number
  /** Begins the name of every table: up to 16 small letters, digits and underscores. */
  readonly tablePrefix?: string
}

const ask = statement(({ sql }) => sql.select(sql.raw('1 as answer')))

/**
 * Opens a database; it is not migrated yet. Throws `invalid_request` for an address that is none or a driver that is not
 * installed, and `store_unavailable` for a file that cannot be opened; a server is first asked by the first call.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  return databaseOn(await openEngine(readDatabaseAddress(options.url), options), options.scheduler ?? systemScheduler)
}

async function openEngine(address: DatabaseAddress, options: DatabaseOptions): Promise<SqlEngine> {
  const { clock = systemClock, scheduler = systemScheduler, busyTimeoutMs = 5_000, tablePrefix = '' } = options
  if (address.kind === 'mysql') {
    const { mysqlEngine } = await withDriver('mysql2', () => import('./mysql/mysql-engine.js'))
    return mysqlEngine(address.address, { scheduler, busyTimeoutMs, tablePrefix })
  }
  const { openSqlite, temporaryFile } = await withDriver('better-sqlite3', () => import('./sqlite/sqlite-engine.js'))
  const temporary = address.kind === 'temporary'
  const file = temporary ? temporaryFile() : address.file
  return openSqlite({ file, temporary, clock, scheduler, busyTimeoutMs, tablePrefix })
}

/** The stores on an engine that is open. */
export function databaseOn(engine: SqlEngine, scheduler: Scheduler): Database {
  const { session } = engine
  const generator = new LeasedIdGenerator({ session, scheduler })
  let closing: Promise<void> | null = null
  return {
    orderStores: orderStores(session),
    orderUnitOfWork: unitOfWork(session, orderStores),
    outboxInspection: outboxInspection(session),
    operations: operationsView(session),
    paymentLedger: paymentLedger(session),
    learningStores: learningStores(session),
    learningUnitOfWork: unitOfWork(session, learningStores),
    catalogue: courseCatalogue(session),
    idGenerator: { nextId: () => generator.nextId() },
    migrate: (onProgress = () => {}) => engine.migrate(onProgress),
    publishCourses: (courses) => publishCourses(session, courses),
    conflictRetries: () => engine.conflictRetries(),
    async ping() {
      await session.get(ask, {})
    },
    close() {
      closing ??= closeAll(generator, engine)
      return closing
    },
  }
}

/** The lease runs out by itself when the store cannot take it back any more. */
async function closeAll(generator: LeasedIdGenerator, engine: SqlEngine): Promise<void> {
  await generator.close().catch(() => null)
  await engine.close()
}
