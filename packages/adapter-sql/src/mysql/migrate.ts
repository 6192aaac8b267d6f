import { CheckoutError } from '@coursepay/core'
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise'
import type { DatabaseMigrationTarget } from '../schema/migration-target.js'
import {
  applyMissingMigrations,
  MIGRATION_TABLE_NAME,
  type OnMigrationProgress,
  readAndCheckAppliedMigrations,
} from '../schema/migrations.js'
import { storeUnavailableError } from '../sql/store-errors.js'
import { driverOptions } from './driver-options.js'
import type { MysqlAddress } from './mysql-address.js'
import { toSetupError } from './mysql-failure.js'
import { checkServerVersion } from './server-version.js'

export interface MysqlMigrationOptions {
  readonly address: MysqlAddress
  readonly tablePrefix: string
}

/** MySQL's locks are the whole server's: the name holds the database's, shortened to what a name may be long. */
const lockStatement = (maxWaitSeconds: number) =>
  `SELECT GET_LOCK(CONCAT('coursepay_migration.', LEFT(SHA2(DATABASE(), 256), 40)), ${maxWaitSeconds}) AS locked`

/**
 * Brings the tables up to date, on a connection that holds the server's lock as long as it lives: a process that is
 * killed frees it. DDL commits implicitly on MySQL, so every step can be run again. (On Galera the lock is one node's:
 * migrate through one.)
 */
export async function migrate(
  options: MysqlMigrationOptions,
  onProgress: OnMigrationProgress,
  maxWaitSeconds = 60,
): Promise<void> {
  await withMigrationTarget(options, async (target, connection) => {
    const [row] = await queryRows(connection, lockStatement(maxWaitSeconds))
    if (Number(row?.locked) !== 1)
      throw storeUnavailableError(
        'Another process is still migrating this database. Wait for it, or end it, then retry.',
      )
    await applyMissingMigrations(target, onProgress)
  })
}

/** Outcome: the names of the steps that were applied to the database. Changes nothing. */
export const readAppliedMigrations = (options: MysqlMigrationOptions): Promise<readonly string[]> =>
  withMigrationTarget(options, readAndCheckAppliedMigrations)

/** Throws `invalid_request` for a server that is too old, a database that is not there, an account that may not. */
async function withMigrationTarget<Result>(
  { address, tablePrefix }: MysqlMigrationOptions,
  task: (target: DatabaseMigrationTarget, connection: Connection) => Promise<Result>,
): Promise<Result> {
  try {
    const connection = await mysql.createConnection(driverOptions(address))
    // It may report its death twice, and an error that nobody listens to ends the process.
    connection.on('error', () => {})
    try {
      const [row] = await queryRows(connection, 'SELECT VERSION() AS version')
      checkServerVersion(String(row?.version))
      return await task(createMysqlMigrationTarget(connection, tablePrefix), connection)
    } finally {
      connection.destroy()
    }
  } catch (error) {
    throw CheckoutError.isInstance(error) ? error : toSetupError(error)
  }
}

async function queryRows(
  connection: Connection,
  sql: string,
  values: readonly string[] = [],
): Promise<RowDataPacket[]> {
  const [rows] = await connection.query<RowDataPacket[]>(sql, [...values])
  return rows
}

function createMysqlMigrationTarget(connection: Connection, prefix: string): DatabaseMigrationTarget {
  const table = prefix + MIGRATION_TABLE_NAME
  const find = (what: string, from: string, where: string, values: readonly string[]) =>
    queryRows(
      connection,
      `SELECT ${what} AS found FROM information_schema.${from} WHERE table_schema = DATABASE() AND ${where}`,
      values,
    )
  const columnsOf = async (name: string) =>
    (await find('column_name', 'columns', 'table_name = ?', [name])).map(({ found }) => String(found))
  return {
    dialect: 'mysql',
    prefix,
    run: async (sql) => void (await connection.query(sql)),
    columnsOf,
    hasColumn: async (name, column) => (await columnsOf(name)).includes(column),
    hasIndex: async (name, index) =>
      (await find('1', 'statistics', 'table_name = ? AND index_name = ?', [name, index])).length > 0,
    appliedMigrations: async () =>
      (await columnsOf(table)).length === 0
        ? []
        : (await queryRows(connection, `SELECT name FROM ${table}`)).map(({ name }) => String(name)),
  }
}
