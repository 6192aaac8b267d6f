import { CheckoutError, type Clock, type Course, type OpenedCheckoutStore, type StoreAdapter } from '@coursepay/core'
import { type RetentionDays, systemClock, systemScheduler } from '@coursepay/core/assembly'
import type { Retention, Scheduler } from '@coursepay/core/ports'
import { addressOf, type DatabaseAddress, type DatabaseSource } from './database-address.js'
import { withWriteHealth } from './health.js'
import { LeasedIdGenerator } from './ids/leased-id-generator.js'
import { readDatabaseState } from './inspect-database.js'
import { newerVersionError, type OnMigrationProgress } from './schema/migrations.js'
import type { SqlEngine } from './sql/engine.js'
import { startRetention, warnProcess } from './start-retention.js'
import { createChooseCourseRepository } from './stores/choose-course-repository.js'
import { createCourseCatalogue, publishCourses } from './stores/course-catalogue.js'
import { createEvidenceJournal } from './stores/evidence-journal.js'
import { createOperatorLog } from './stores/operator-log.js'
import { createOrderRepository } from './stores/order-repository.js'
import { createOrderViews } from './stores/order-views.js'
import { createOutbox } from './stores/outbox.js'
import { createOutboxInspection } from './stores/outbox-inspection.js'
import { createPaymentLedger } from './stores/payment-ledger.js'
import { createPollSchedule } from './stores/poll-schedule.js'
import { createRetention } from './stores/retention.js'
import { withDriver } from './with-driver.js'
import { choiceMapping } from './writer/choice-mapping.js'
import { orderMapping } from './writer/order-mapping.js'

export type SqlStoreOptions = DatabaseSource & {
  /** Begins the name of every table: up to 16 small letters, digits and underscores. */
  readonly tablePrefix?: string
  /**
   * `run` (the default): opening brings the tables up to date. `check`: opening fails with `invalid_request` unless
   * they are, for accounts that may not change tables (`coursepay-sql migrate` and `print` do it).
   */
  readonly migrations?: 'run' | 'check'
  /** Told before each step of a migration: one that writes an index of a large table takes long. */
  readonly onMigration?: OnMigrationProgress
  /**
   * Receives dangerous settings, and rounds of the retention worker that failed. Default:
   * `process.emitWarning`.
   */
  readonly onWarning?: (sentence: string) => void
  /**
   * How long proofs, dead letters, query slots and notes of handled messages are kept. Default: core's
   * `defaultRetentionDays`.
   */
  readonly retentionDays?: Partial<RetentionDays>
  /** Of leases and due times on SQLite; MySQL goes by its own. */
  readonly clock?: Clock
  readonly scheduler?: Scheduler
  /**
   * How long a call waits for others (their locks, their connections) before it fails with `store_unavailable`. Default
   * 5000.
   */
  readonly busyTimeoutMs?: number
}

export interface SqlStoreAdapter extends StoreAdapter {
  /**
   * Errors: `invalid_request` with a sentence that says what to mend: a driver that is not installed, a server that is
   * too old, a database that is not there, an account that may not, a table of somebody else under one of our names,
   * migrations that are missing under `check`. `store_unavailable` when the database does not answer.
   */
  open(clock?: Clock): Promise<OpenedSqlStore>
}

/** An open database. Every method, and every method of its stores, may fail with `store_unavailable`. */
export interface OpenedSqlStore extends OpenedCheckoutStore {
  readonly retention: Retention
  /**
   * The same stores, whose orders and choices are read and committed inside a transaction of the host: they stay or go
   * with the host's own rows. `transaction` is one of knex, or a connection of mysql2 or better-sqlite3 on which a
   * transaction was begun, to this database. Errors: `invalid_request` for anything else; `state_conflict` when the
   * host is to roll back and run it all again. Concurrency: the orders that were read are locked until the host ends
   * its transaction; on SQLite every other write waits for it, also that of a worker number, which `ids` leases before
   * its first id. On MySQL it is to be READ COMMITTED: under REPEATABLE READ new orders wait for it too.
   */
  joinTransaction(transaction: unknown): Pick<OpenedCheckoutStore, 'orderStore' | 'learningStore'>
  /** How many transactions were run again after a conflict (deadlock, lock wait) since the opening: for the metrics. */
  conflictRetries(): number
}

function checkMigrationsOption(given: SqlStoreOptions['migrations']): void {
  if (given === undefined || given === 'run' || given === 'check') return
  throw new CheckoutError('invalid_request', 'migrations must be "run" or "check".')
}

/** Orders and courses in SQLite, MySQL or MariaDB. Throws `invalid_request` for an address that can be none. */
export function sqlStore(options: SqlStoreOptions): SqlStoreAdapter {
  const address = addressOf(options)
  checkMigrationsOption(options.migrations)
  return {
    async open(clock?: Clock) {
      const given = clock === undefined ? options : { clock, ...options }
      if (options.migrations === 'check') await requireCurrentMigrations(address, options.tablePrefix ?? '')
      const engine = await openEngine(address, given)
      try {
        if (options.migrations !== 'check') await engine.migrate(options.onMigration ?? (() => {}))
        const store = storeOn(engine, given)
        const stopRetention = startRetention(store.retention, given)
        return { ...store, close: () => stopRetention().then(store.close) }
      } catch (error) {
        await engine.close()
        throw error
      }
    },
  }
}

/** Throws `invalid_request` unless the tables are those of this version. Changes nothing. */
async function requireCurrentMigrations(address: DatabaseAddress, tablePrefix: string): Promise<void> {
  const state = await readDatabaseState(address, tablePrefix)
  if (state === 'newer') throw newerVersionError()
  if (state === 'current') return
  const what = state === 'empty' ? 'has no tables of coursepay' : 'lacks the newest migrations'
  const command = `coursepay-sql migrate${tablePrefix === '' ? '' : ` --prefix ${tablePrefix}`}`
  throw new CheckoutError('invalid_request', `The database ${what}: run "${command}" first.`)
}

async function openEngine(address: DatabaseAddress, options: SqlStoreOptions): Promise<SqlEngine> {
  const { clock = systemClock, scheduler = systemScheduler, busyTimeoutMs = 5_000, tablePrefix = '' } = options
  if (address.kind === 'mysql') {
    if (address.warning !== null) (options.onWarning ?? warnProcess)(address.warning)
    const { createMysqlEngine } = await withDriver('mysql2', () => import('./mysql/mysql-engine.js'))
    return createMysqlEngine({ address: address.address, scheduler, busyTimeoutMs, tablePrefix })
  }
  const { openSqliteEngine, createTemporaryFilePath } = await withDriver(
    'better-sqlite3',
    () => import('./sqlite/sqlite-engine.js'),
  )
  const temporary = address.kind === 'temporary'
  const file = temporary ? createTemporaryFilePath() : address.file
  return await openSqliteEngine({ file, temporary, clock, scheduler, busyTimeoutMs, tablePrefix })
}

/** The stores on an engine that is open. */
export function storeOn(
  unobserved: SqlEngine,
  { clock = systemClock }: Pick<SqlStoreOptions, 'clock'> = {},
): OpenedSqlStore {
  const { engine, health } = withWriteHealth(unobserved, clock)
  const { session } = engine
  const generator = new LeasedIdGenerator({ session })
  const orders = createOrderRepository(session, engine.committer(orderMapping))
  let closing: Promise<void> | null = null
  const stores: Pick<OpenedCheckoutStore, 'orderStore' | 'learningStore'> = {
    orderStore: {
      orders,
      outbox: { ...createOutbox(session), ...createOutboxInspection(session) },
      journal: createEvidenceJournal(session),
      schedule: createPollSchedule(session),
      views: createOrderViews(session, orders),
      ledger: createPaymentLedger(session),
      operatorLog: createOperatorLog(session),
    },
    learningStore: {
      entitlements: createChooseCourseRepository(session, engine.committer(choiceMapping)),
      catalogue: createCourseCatalogue(session),
      operatorLog: createOperatorLog(session),
    },
  }
  return {
    ...stores,
    joinTransaction(transaction) {
      const host = engine.within(transaction)
      const orders = createOrderRepository(host.session, host.committer(orderMapping))
      const entitlements = createChooseCourseRepository(host.session, host.committer(choiceMapping))
      return { orderStore: { ...stores.orderStore, orders }, learningStore: { ...stores.learningStore, entitlements } }
    },
    retention: createRetention(session),
    ids: { nextId: () => generator.nextId() },
    clock: engine.clock,
    publishCourses: (courses: readonly Course[]) => publishCourses(session, courses),
    conflictRetries: () => engine.conflictRetries(),
    ping: () => health.check(),
    close() {
      // The lease simply runs out when the store cannot take it back any more.
      closing ??= generator
        .close()
        .catch(() => null)
        .then(() => engine.close())
      return closing
    },
  }
}
