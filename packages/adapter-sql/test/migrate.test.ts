import { systemScheduler } from '@coursepay/core/assembly'
import SqliteDriver from 'better-sqlite3'
import { expect, it } from 'vitest'
import { migrationNames } from '../src/schema/migrations.js'
import { tableNamesWith } from '../src/schema/table-names.js'
import { type Connection, openDatabaseFile } from '../src/sqlite/database-file.js'
import { migrateOnce } from './support/migrated.js'
import { runScript } from './support/processes.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

/** Works on the file with a connection of one's own. */
function beside<Result>(file: string, work: (connection: Connection) => Result): Result {
  const connection = new SqliteDriver(file)
  try {
    return work(connection)
  } finally {
    connection.close()
  }
}

const tablesOf = (file: string) =>
  beside(file, (connection) =>
    connection.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all(),
  ).filter((name) => !name.startsWith('sqlite_'))

const ourTables = Object.values(tableNamesWith('')).sort()

it('a migration makes every table, and finds nothing to do the second time', async () => {
  const file = temporaryDatabaseFile()
  const steps = migrationNames.map((name, index) => `${name} ${index + 1}/${migrationNames.length}`)
  expect(await migrateOnce(`sqlite:${file}`)).toEqual(steps)
  expect(await migrateOnce(`sqlite:${file}`)).toEqual([])
  expect(tablesOf(file)).toEqual(ourTables)
})

it('a migration takes those steps alone that are missing', async () => {
  const file = temporaryDatabaseFile()
  await migrateOnce(`sqlite:${file}`)
  beside(file, (connection) => connection.exec("DELETE FROM coursepay_migration WHERE name = '002_orders_of_a_buyer'"))
  expect(await migrateOnce(`sqlite:${file}`)).toEqual(['002_orders_of_a_buyer 1/1'])
})

it('the tables are strict, and refuse text where a number belongs', async () => {
  const file = temporaryDatabaseFile()
  await migrateOnce(`sqlite:${file}`)
  const tables = beside(file, (connection) => connection.prepare('SELECT name, strict FROM pragma_table_list').all())
  for (const name of ourTables) expect(tables).toContainEqual({ name, strict: 1 })
})

it('several processes that start at once on a new file migrate it once', async () => {
  const file = temporaryDatabaseFile()
  const processes = [1, 2, 3, 4].map(() => runScript('migrate.mjs', `sqlite:${file}`))
  for (const { ending } of processes) expect(await ending).toEqual({ code: 0, signal: null, output: 'migrated\n' })
  const steps = beside(file, (connection) => connection.prepare('SELECT name FROM coursepay_migration').pluck().all())
  expect(steps).toEqual(migrationNames)
})

it('a migration that is killed in the middle leaves no table and no lock behind', async () => {
  const file = temporaryDatabaseFile()
  const { ending } = runScript('migrate.mjs', `sqlite:${file}`, 'xc_course_tables')
  expect(await ending).toEqual({ code: null, signal: 'SIGKILL', output: '' })
  expect(tablesOf(file)).toEqual([])
  await migrateOnce(`sqlite:${file}`)
  expect(tablesOf(file)).toEqual(ourTables)
})

it('a database that a newer version made is refused', async () => {
  const file = temporaryDatabaseFile()
  await migrateOnce(`sqlite:${file}`)
  beside(file, (connection) =>
    connection.exec("INSERT INTO coursepay_migration (name, batch) VALUES ('999_future', 2)"),
  )
  const refusal = { code: 'store_unavailable', message: expect.stringContaining('newer version') }
  await expect(migrateOnce(`sqlite:${file}`)).rejects.toMatchObject(refusal)
  await expect(migrateOnce(`sqlite:${file}`, { migrations: 'check' })).rejects.toMatchObject(refusal)
})

it.each(['refund', 'mq_message', 'operator_action'])(
  'a table %s of another program is refused by its name, and left alone',
  async (name) => {
    const file = temporaryDatabaseFile()
    beside(file, (connection) => connection.exec(`CREATE TABLE ${name} (id INTEGER, note TEXT)`))
    await expect(migrateOnce(`sqlite:${file}`)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(new RegExp(`table "${name}" of another program.*tablePrefix`)),
    })
    expect(tablesOf(file)).toEqual([name])
    await migrateOnce(`sqlite:${file}`, { tablePrefix: 'pay_' })
    expect(tablesOf(file)).toEqual([name, ...Object.values(tableNamesWith('pay_'))].sort())
  },
)

it('a check refuses a database without the newest tables, and changes nothing', async () => {
  const file = temporaryDatabaseFile()
  const check = () => migrateOnce(`sqlite:${file}`, { migrations: 'check' })
  const refusal = { code: 'invalid_request', message: expect.stringContaining('coursepay-sql migrate') }
  await expect(check()).rejects.toMatchObject(refusal)
  await migrateOnce(`sqlite:${file}`)
  await check()
  beside(file, (connection) =>
    connection.exec("DELETE FROM coursepay_migration WHERE name = '004_views_and_retention'"),
  )
  await expect(check()).rejects.toMatchObject(refusal)
})

it('a connection commits with WAL and FULL, and checks foreign keys', async () => {
  const file = temporaryDatabaseFile()
  const { connection } = await openDatabaseFile(file, { scheduler: systemScheduler, busyTimeoutMs: 1_000 })
  const pragmas = ['journal_mode', 'synchronous', 'foreign_keys'].map((name) =>
    connection.pragma(name, { simple: true }),
  )
  expect(pragmas).toEqual(['wal', 2, 1])
  connection.close()
})
