import { describe, it } from 'vitest'
import { openDatabase } from '../src/open-database.js'
import { buyAllAtOnce } from './support/busy-checkout.js'
import { mysqlDatabases } from './support/mysql-databases.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'

const NAME = 'given many buyers at once, who order twice and pay twice, and are told of thrice, then all books agree'

describe('a busy checkout on SQLite', () => {
  it(NAME, { timeout: 60_000 }, async () => {
    const database = await openDatabase({ url: 'sqlite::memory:' })
    await database.migrate()
    await buyAllAtOnce(database)
    await database.close()
  })
})

const test = mysqlTestDatabase()
const open = mysqlDatabases(test)

describeOnMysql('a busy checkout on MySQL', () => {
  it(NAME, { timeout: 60_000 }, async () => {
    const database = await open()
    await database.migrate()
    await buyAllAtOnce(database)
  })
})
