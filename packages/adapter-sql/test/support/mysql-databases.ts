import { afterEach } from 'vitest'
import type { Database } from '../../src/database.js'
import { type DatabaseOptions, openDatabase } from '../../src/open-database.js'
import type { MysqlTestDatabase } from './mysql-server.js'

export interface OpenOptions extends Partial<DatabaseOptions> {
  /** A proxy's, instead of the server's own. */
  readonly port?: number
  /** For the address, such as `pool=2`. */
  readonly query?: string
}

/** Opens the test's database as many processes do, and closes all of them after each test. */
export function mysqlDatabases(test: MysqlTestDatabase) {
  const opened: Database[] = []
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((database) => database.close()))
  })
  return async ({ port, query = '', ...options }: OpenOptions = {}): Promise<Database> => {
    const database = await openDatabase({ url: `${test.url(port)}?${query}`, ...options })
    opened.push(database)
    return database
  }
}
