import { systemScheduler } from '@coursepay/core'
import SqliteDriver from 'better-sqlite3'
import { expect, it } from 'vitest'
import { openDatabase } from '../src/open-database.js'
import { openConnections } from '../src/sqlite/connections.js'
import { runScript } from './support/processes.js'
import { beside } from './support/sqlite-harness.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

const tablesOf = (file: string) =>
  beside(file, (connection) =>
    connection.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all(),
  ).filter((name) => !name.startsWith('sqlite_'))

const ourTables = [
  'course_publish',
  'coursepay_migration',
  'coursepay_migration_lock',
  'evidence_journal',
  'handled_message',
  'mq_message',
  'refund',
  'worker_lease',
  'xc_choose_course',
  'xc_course_tables',
  'xc_orders',
  'xc_orders_goods',
  'xc_pay_record',
]

it('makes every table, and finds nothing to do the second time', async () => {
  const file = temporaryDatabaseFile()
  const database = await openDatabase({ url: `sqlite:${file}` })
  await database.migrate()
  await database.migrate()
  await database.close()
  expect(tablesOf(file)).toEqual(ourTables)
})

it('tells of each step before it is taken, and of those alone that are missing', async () => {
  const file = temporaryDatabaseFile()
  const database = await openDatabase({ url: `sqlite:${file}` })
  const told: string[] = []
  const migrate = () => database.migrate(({ name, step, of }) => told.push(`${name} ${step}/${of}`))
  await migrate()
  await migrate()
  const connection = new SqliteDriver(file)
  connection.exec("DELETE FROM coursepay_migration WHERE name = '002_orders_of_a_buyer'")
  connection.close()
  await migrate()
  await database.close()
  expect(told).toEqual([
    '001_initial 1/3',
    '002_orders_of_a_buyer 2/3',
    '003_versions_and_schedule 3/3',
    '002_orders_of_a_buyer 1/1',
  ])
})

it('makes strict tables, which refuse text where a number belongs', async () => {
  const file = temporaryDatabaseFile()
  const database = await openDatabase({ url: `sqlite:${file}` })
  await database.migrate()
  await database.close()
  const tables = beside(file, (connection) => connection.prepare('SELECT name, strict FROM pragma_table_list').all())
  for (const name of ourTables.filter((table) => !table.startsWith('coursepay_migration'))) {
    expect(tables).toContainEqual({ name, strict: 1 })
  }
})

it('migrates once when several processes start at once on a new file', async () => {
  const file = temporaryDatabaseFile()
  const processes = [1, 2, 3, 4].map(() => runScript('migrate.mjs', `sqlite:${file}`))
  for (const { ending } of processes) expect(await ending).toEqual({ code: 0, signal: null, output: 'migrated\n' })
  const steps = beside(file, (connection) => connection.prepare('SELECT name FROM coursepay_migration').all())
  expect(steps).toEqual([
    { name: '001_initial' },
    { name: '002_orders_of_a_buyer' },
    { name: '003_versions_and_schedule' },
  ])
})

it('leaves no table and no lock behind when it is killed in the middle', async () => {
  const file = temporaryDatabaseFile()
  const { ending } = runScript('migrate.mjs', `sqlite:${file}`, 'xc_course_tables')
  expect(await ending).toEqual({ code: null, signal: 'SIGKILL', output: '' })
  expect(tablesOf(file)).toEqual([])
  const database = await openDatabase({ url: `sqlite:${file}` })
  await database.migrate()
  await database.close()
  expect(tablesOf(file)).toEqual(ourTables)
})

it('says so when a newer version of the package made the database', async () => {
  const file = temporaryDatabaseFile()
  const database = await openDatabase({ url: `sqlite:${file}` })
  await database.migrate()
  const connection = new SqliteDriver(file)
  connection.exec("INSERT INTO coursepay_migration (name, batch, migration_time) VALUES ('999_future', 2, 0)")
  connection.close()
  await expect(database.migrate()).rejects.toMatchObject({
    code: 'store_unavailable',
    message: expect.stringContaining('newer version'),
  })
  await database.close()
})

it('commits with WAL and FULL, and checks foreign keys', async () => {
  const file = temporaryDatabaseFile()
  const { writer, reader } = await openConnections(file, { scheduler: systemScheduler, busyTimeoutMs: 1_000 })
  const pragmas = ['journal_mode', 'synchronous', 'foreign_keys'].map((name) => writer.pragma(name, { simple: true }))
  expect(pragmas).toEqual(['wal', 2, 1])
  reader.close()
  writer.close()
})
