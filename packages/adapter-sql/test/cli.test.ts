import SqliteDriver from 'better-sqlite3'
import { expect, it } from 'vitest'
import { runProgram } from '../src/cli/run.js'
import { inspectDatabase } from '../src/inspect-database.js'
import { migrationSql } from '../src/migration-sql.js'
import { migrationNames } from '../src/schema/migrations.js'
import { migrateOnce } from './support/migrated.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

async function run(syntax: readonly string[], environment = {}) {
  const lines: string[] = []
  const status = await runProgram(syntax, environment, (line) => lines.push(line))
  return { status, output: lines.join('\n') }
}

const schemaOf = (file: string) => {
  const connection = new SqliteDriver(file)
  try {
    return connection.prepare("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all()
  } finally {
    connection.close()
  }
}

const execute = (file: string, sql: string) => {
  const connection = new SqliteDriver(file)
  connection.exec(sql)
  connection.close()
}

it('the program prints its help, and says what it does not understand', async () => {
  expect(await run(['--help'])).toMatchObject({ status: 0, output: expect.stringContaining('coursepay-sql migrate') })
  for (const syntax of [[], ['mend'], ['migrate', 'twice'], ['print'], ['print', '--dialect', 'oracle'], ['--what']]) {
    expect(await run(syntax)).toMatchObject({ status: 2, output: expect.stringContaining('Options:') })
  }
  const unknownStep = await run(['print', '--dialect', 'mysql', '--from', '007'])
  expect(unknownStep).toMatchObject({ status: 2, output: expect.stringContaining('There is no step "007"') })
})

it('the program migrates the database of the address, and tells each step', async () => {
  const url = `sqlite:${temporaryDatabaseFile()}`
  const { status, output } = await run(['migrate', '--prefix', 'pay_'], { DATABASE_URL: url })
  expect(status).toBe(0)
  for (const name of migrationNames) expect(output).toContain(name)
  expect(await inspectDatabase(url, { tablePrefix: 'pay_' })).toBe('current')
  expect(await run(['migrate', '--prefix', 'pay_', '--url', url])).toEqual({
    status: 0,
    output: 'The database is up to date.',
  })
  expect(await run(['migrate'])).toMatchObject({ status: 2, output: expect.stringContaining('DATABASE_URL') })
})

it('a database that does not answer ends the program with 3', async () => {
  expect(await run(['migrate', '--url', 'mysql://root@127.0.0.1:1/shop'])).toMatchObject({ status: 3 })
})

it.each(['', 'pay_'])('printed SQL makes the same SQLite tables as a migration, prefix "%s"', async (tablePrefix) => {
  const [migrated, printed] = [temporaryDatabaseFile(), temporaryDatabaseFile()]
  await migrateOnce(`sqlite:${migrated}`, { tablePrefix })
  execute(printed, (await run(['print', '--dialect', 'sqlite', '--prefix', tablePrefix])).output)
  expect(schemaOf(printed)).toEqual(schemaOf(migrated))
  await migrateOnce(`sqlite:${printed}`, { tablePrefix, migrations: 'check' })
})

it('SQL printed from a step brings a database of that step up to date', async () => {
  const [migrated, printed] = [temporaryDatabaseFile(), temporaryDatabaseFile()]
  await migrateOnce(`sqlite:${migrated}`)
  const whole = await migrationSql({ dialect: 'sqlite' })
  const rest = await migrationSql({ dialect: 'sqlite', from: '002_orders_of_a_buyer' })
  const statements = (sql: string) => sql.split(';\n').filter((each) => !/^(PRAGMA|BEGIN|COMMIT)/.test(each))
  const first = statements(whole).slice(0, statements(whole).length - statements(rest).length)
  execute(printed, `${first.join(';\n')};`)
  expect(await inspectDatabase(`sqlite:${printed}`)).toBe('behind')
  execute(printed, rest)
  expect(schemaOf(printed)).toEqual(schemaOf(migrated))
  await migrateOnce(`sqlite:${printed}`, { migrations: 'check' })
})

const test = mysqlTestDatabase()

describeOnMysql('printed SQL on MySQL', () => {
  const tables = async () => {
    const names = (await test.rows('SHOW TABLES')).map((row) => String(Object.values(row)[0])).sort()
    const made = names.map(async (name) => (await test.rows(`SHOW CREATE TABLE ${name}`))[0]?.['Create Table'])
    return (await Promise.all(made)).map((sql) => String(sql).replace(/ AUTO_INCREMENT=\d+/, ''))
  }

  it('makes the same tables as a migration', async () => {
    await migrateOnce(test.url())
    const migrated = await tables()
    await test.clear()
    const connection = await test.connect()
    for (const sql of (await migrationSql({ dialect: 'mysql' })).split(';\n')) {
      if (sql !== '') await connection.query(sql)
    }
    expect(await tables()).toEqual(migrated)
    await migrateOnce(test.url(), { migrations: 'check' })
  })
})
