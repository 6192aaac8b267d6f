import { afterEach } from 'vitest'
import type { OpenedSqlStore } from '../../src/sql-store.js'
import { type SqlStoreOptions, sqlStore } from '../../src/sql-store.js'
import type { MysqlTestDatabase } from './mysql-server.js'

export interface OpenOptions extends Partial<Omit<SqlStoreOptions, 'url' | 'knex' | 'pool'>> {
  /** A proxy's, instead of the server's own. */
  readonly port?: number
  /** For the address, such as `pool=2`. */
  readonly query?: string
}

/** Opens the test's database as many processes do, and closes all of them after each test. */
export function mysqlStores(test: MysqlTestDatabase) {
  const opened: OpenedSqlStore[] = []
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()))
  })
  return async ({ port, query = '', ...options }: OpenOptions = {}): Promise<OpenedSqlStore> => {
    const store = await sqlStore({ ...options, url: `${test.url(port)}?${query}` }).open()
    opened.push(store)
    return store
  }
}
