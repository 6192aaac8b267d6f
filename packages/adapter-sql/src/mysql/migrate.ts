import knex from 'knex'
import type { Connection, RowDataPacket } from 'mysql2'
import { migratorConfig, newerVersion, type OnMigrationProgress, silentLog, takeSteps } from '../schema/migrations.js'
import { driverOptions } from './driver-options.js'
import type { MysqlAddress } from './mysql-address.js'
import { toSetupError, unavailable } from './mysql-errors.js'
import { toMysqlFailure } from './mysql-failure.js'
import { checkServerVersion } from './server-version.js'

/** MySQL's locks are the whole server's: the name holds the database's, shortened to what a name may be long. */
const lock = (longestWaitSeconds: number) =>
  `SELECT GET_LOCK(CONCAT('coursepay_migration.', LEFT(SHA2(DATABASE(), 256), 40)), ${longestWaitSeconds}) AS locked`

/**
 * Brings the tables up to date, on a connection that holds the server's lock as long as it lives: a process that is killed
 * frees it. DDL commits by itself on MySQL, so every step can be run again, and knex's own lock row, which a kill leaves
 * behind, is put back first. (On Galera the lock is one node's: migrate through one.)
 */
export async function migrate(
  { address, tablePrefix }: { readonly address: MysqlAddress; readonly tablePrefix: string },
  onProgress: OnMigrationProgress,
  longestWaitSeconds = 60,
): Promise<void> {
  const naming = { dialect: 'mysql', prefix: tablePrefix } as const
  const refusals: Refusals = { last: null }
  const patienceMs = longestWaitSeconds * 1_000 + address.options.connectTimeoutMs
  const database = knex({
    client: 'mysql2',
    // knex writes the character set into its own tables, and knows no collation there.
    connection: { ...driverOptions(address), charset: 'utf8mb4' },
    log: silentLog,
    // One connection, so that all of it happens under the lock; knex would wait for the lock half a minute only.
    pool: {
      min: 0,
      max: 1,
      createTimeoutMillis: 2 * patienceMs,
      acquireTimeoutMillis: 2 * patienceMs,
      afterCreate: prepareConnection(refusals, longestWaitSeconds),
    },
  })
  try {
    await database.migrate.forceFreeMigrationsLock(migratorConfig(naming))
    await takeSteps(database, naming, onProgress, { disableTransactions: true })
  } catch (error) {
    throw refusals.last ?? newerVersion(error) ?? toSetupError(toMysqlFailure(error))
  } finally {
    await database.destroy()
  }
}

/** Why a connection could not be used; knex wraps such errors. */
interface Refusals {
  last: unknown
}

type Done = (error: unknown, connection: Connection) => void

const prepareConnection = (refusals: Refusals, longestWaitSeconds: number) => (connection: Connection, done: Done) => {
  prepare(connection, longestWaitSeconds).then(
    () => done(null, connection),
    (error: unknown) => {
      refusals.last = error
      connection.destroy()
      done(error, connection)
    },
  )
}

async function prepare(connection: Connection, longestWaitSeconds: number): Promise<void> {
  const { version } = await firstRow(connection, 'SELECT VERSION() AS version')
  checkServerVersion(String(version))
  const { locked } = await firstRow(connection, lock(longestWaitSeconds))
  if (Number(locked) !== 1) throw unavailable('Another process has been migrating this database for too long.')
}

async function firstRow(connection: Connection, sql: string): Promise<RowDataPacket> {
  const [row] = await connection
    .promise()
    .query<RowDataPacket[]>(sql)
    .then(
      ([rows]) => rows,
      (error: unknown) => Promise.reject(toSetupError(toMysqlFailure(error))),
    )
  if (row === undefined) throw unavailable('The database server answers a question with nothing.')
  return row
}
