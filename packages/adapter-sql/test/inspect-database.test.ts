import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import SqliteDriver from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { inspectDatabase } from '../src/inspect-database.js'
import { refuseOldNode } from '../src/with-driver.js'
import { migrateOnce } from './support/migrated.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

const migrate = (url: string) => migrateOnce(url)

describe('a look at a SQLite file', () => {
  it('makes no file, and finds that there are no tables', async () => {
    const file = temporaryDatabaseFile()
    expect(await inspectDatabase(`sqlite:${file}`)).toBe('empty')
    expect(readdirSync(dirname(file))).toEqual([])
  })

  it('finds that the tables are up to date, behind or newer, and leaves folder and file as they were', async () => {
    const file = temporaryDatabaseFile()
    await migrate(`sqlite:${file}`)
    const rename = (sql: string) => {
      const database = new SqliteDriver(file)
      database.exec(sql)
      database.close()
    }
    const found: string[] = []
    for (const sql of [
      'SELECT 1',
      "DELETE FROM coursepay_migration WHERE name <> '001_initial'",
      "INSERT INTO coursepay_migration (name, batch) VALUES ('999_later', 9)",
    ]) {
      rename(sql)
      const before = readFileSync(file)
      found.push(await inspectDatabase(`sqlite:${file}`))
      expect([readdirSync(dirname(file)), readFileSync(file).equals(before)]).toEqual([['test.db'], true])
    }
    expect(found).toEqual(['current', 'behind', 'newer'])
  })

  it('names a table of another program, which the first start refuses', async () => {
    const file = temporaryDatabaseFile()
    const database = new SqliteDriver(file)
    database.exec('CREATE TABLE refund (a int)')
    database.close()
    await expect(inspectDatabase(`sqlite:${file}`)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('"refund" of another program'),
    })
  })

  it('reads a file that another process has open', async () => {
    const file = temporaryDatabaseFile()
    await migrate(`sqlite:${file}`)
    const other = new SqliteDriver(file)
    other.exec("DELETE FROM coursepay_migration WHERE name <> '001_initial'")
    expect(await inspectDatabase(`sqlite:${file}`)).toBe('behind')
    other.close()
  })
})

const test = mysqlTestDatabase()

describeOnMysql('a look at a database on MySQL', () => {
  it('changes nothing, and finds the state of the tables', async () => {
    await test.clear()
    await test.rows('CREATE TABLE mq_message (a int)')
    await expect(inspectDatabase(test.url())).rejects.toThrow('"mq_message" of another program')
    await test.clear()
    expect(await inspectDatabase(test.url())).toBe('empty')
    expect(await test.rows('SHOW TABLES')).toEqual([])
    await migrate(test.url())
    expect(await inspectDatabase(test.url())).toBe('current')
    await expect(inspectDatabase(`${test.url()}_not_there`)).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

it.each(['20.20.2', '22.13.1'])('a driver is not loaded on Node %s, which it would crash', (version) => {
  expect(() => refuseOldNode('better-sqlite3', version)).toThrow(
    `better-sqlite3 needs Node.js 22.14 or newer; this is ${version}.`,
  )
  expect(() => refuseOldNode('better-sqlite3', '22.14.0')).not.toThrow()
})
