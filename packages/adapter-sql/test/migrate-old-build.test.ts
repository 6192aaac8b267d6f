import { systemScheduler } from '@coursepay/core/assembly'
import knex, { type Knex } from 'knex'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { driverOptions } from '../src/mysql/driver-options.js'
import { migrate as migrateMysql } from '../src/mysql/migrate.js'
import { readMysqlAddress } from '../src/mysql/mysql-address.js'
import { initialTableDefinitions } from '../src/schema/initial-tables.js'
import { createTableStatements, type DialectAndPrefix } from '../src/schema/table-definition.js'
import { migrate as migrateSqlite } from '../src/sqlite/migrate.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { oldBuildRows } from './support/old-build-rows.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

/** A database of one kind, as the old build left it. */
interface OldDatabase {
  readonly knex: Knex
  migrate(): Promise<void>
}

async function fill(database: Knex, naming: DialectAndPrefix): Promise<void> {
  onTestFinished(() => database.destroy())
  for (const sql of initialTableDefinitions.flatMap((table) => createTableStatements(naming, table)))
    await database.raw(sql)
  const orders = `${naming.prefix}xc_orders`
  await database.raw(`CREATE INDEX ${orders}_by_user_id_create_date_id ON ${orders} (user_id, create_date, id)`)
  for (const [table, rows] of Object.entries(oldBuildRows)) {
    for (const row of rows) await database(naming.prefix + table).insert(row)
  }
}

const numbers = (rows: readonly Record<string, unknown>[]) =>
  rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
  )

function describeMigration(prefix: string, open: () => Promise<OldDatabase>): void {
  const table = (name: string) => prefix + name

  it('keeps every row, and gives orders and choices their versions', async () => {
    const { knex: database, migrate } = await open()
    await migrate()
    for (const [name, rows] of Object.entries(oldBuildRows)) {
      const gone = ['poll_at', 'next_query_at', 'refund_reserved', 'available_at'].filter((column) =>
        ['xc_pay_record', 'refund'].includes(name) ? rows[0]?.[column] !== undefined : false,
      )
      const kept = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !gone.includes(key))))
      const columns = Object.keys(kept[0] ?? {})
      expect(numbers(await database(table(name)).select(columns).orderBy(String(columns[0])))).toEqual(numbers(kept))
    }
    expect(numbers(await database(table('xc_orders')).distinct('version'))).toEqual([{ version: '1' }])
    expect(numbers(await database(table('xc_choose_course')).distinct('version'))).toEqual([{ version: '1' }])
  })

  it('moves open polls and pending refunds into the schedule', async () => {
    const { knex: database, migrate } = await open()
    await migrate()
    expect(numbers(await database(table('poll_schedule')).orderBy('purpose'))).toEqual([
      { purpose: 'poll', pay_no: '11', out_request_no: '', due_at: '5000' },
      { purpose: 'refund', pay_no: '11', out_request_no: 'refund-21', due_at: '6000' },
    ])
  })

  it('retires choices that are not current: taken back ones as revoked, others as superseded', async () => {
    const { knex: database, migrate } = await open()
    await migrate()
    expect(numbers(await database(table('xc_choose_course')).select('id', 'retired').orderBy('id'))).toEqual([
      { id: '41', retired: null },
      { id: '42', retired: 'superseded' },
      { id: '43', retired: 'revoked' },
      { id: '44', retired: 'superseded' },
    ])
  })

  it('lets one business id stand under two order types, and refuses it twice under one', async () => {
    const { knex: database, migrate } = await open()
    await migrate()
    const [order] = oldBuildRows.xc_orders ?? []
    await database(table('xc_orders')).insert({ ...order, id: 4, order_type: '60202', version: 1 })
    await expect(database(table('xc_orders')).insert({ ...order, id: 5, version: 1 })).rejects.toThrow(
      /UNIQUE|Duplicate/,
    )
  })

  it('can be run again from its beginning after it was done', async () => {
    const { knex: database, migrate } = await open()
    await migrate()
    await database(table('coursepay_migration')).where('name', '>=', '003').delete()
    await migrate()
    expect(await database(table('poll_schedule'))).toHaveLength(2)
    expect(await database(table('xc_orders'))).toHaveLength(3)
  })
}

for (const prefix of ['', 'shop_']) {
  describe(`a SQLite file of the old build, prefix "${prefix}"`, () => {
    describeMigration(prefix, async () => {
      const file = temporaryDatabaseFile()
      const database = knex({ client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true })
      await fill(database, { dialect: 'sqlite', prefix })
      const options = { file, tablePrefix: prefix, scheduler: systemScheduler, busyTimeoutMs: 5_000 }
      return { knex: database, migrate: () => migrateSqlite(options, () => {}) }
    })
  })

  describeOnMysql(`a MySQL database of the old build, prefix "${prefix}"`, () => {
    const test = mysqlTestDatabase()
    beforeEach(() => test.clear())
    describeMigration(prefix, async () => {
      const address = readMysqlAddress(test.url())
      const database = knex({ client: 'mysql2', connection: driverOptions(address) })
      await fill(database, { dialect: 'mysql', prefix })
      return { knex: database, migrate: () => migrateMysql({ address, tablePrefix: prefix }, () => {}) }
    })
  })
}
