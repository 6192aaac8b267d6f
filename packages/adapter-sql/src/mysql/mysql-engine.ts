import type { SqlEngine } from '../sql/engine.js'
import type { Patience } from '../sql/patience.js'
import { ConnectionPool } from './connection-pool.js'
import { migrate } from './migrate.js'
import type { MysqlAddress } from './mysql-address.js'
import { separateSession } from './separate-session.js'
import { Transactions } from './transactions.js'

/** MySQL 8 (8.0.1 or newer) or MariaDB (10.6 or newer). Nothing connects before the first call. */
export function mysqlEngine(address: MysqlAddress, patience: Patience): SqlEngine {
  const pool = new ConnectionPool(address, patience)
  const transactions = new Transactions(pool, patience)
  return {
    session: separateSession(pool, transactions),
    migrate: () => migrate(address),
    conflictRetries: () => transactions.conflictRetries,
    close: () => pool.close(),
  }
}
