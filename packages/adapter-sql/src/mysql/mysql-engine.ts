import type { SqlEngine } from '../sql/engine.js'
import type { Patience } from '../sql/patience.js'
import { ConnectionPool } from './connection-pool.js'
import { migrate } from './migrate.js'
import type { MysqlAddress } from './mysql-address.js'
import { OpenCalls } from './open-calls.js'
import { Reads } from './reads.js'
import { separateSession } from './separate-session.js'
import { SharedTransactions } from './shared-transactions.js'
import { Surroundings } from './surroundings.js'
import { Transactions } from './transactions.js'

/** MySQL 8 (8.0.1 or newer) or MariaDB (10.6 or newer). Nothing connects before the first call. */
export function mysqlEngine(address: MysqlAddress, patience: Patience & { readonly tablePrefix: string }): SqlEngine {
  const pool = new ConnectionPool(address, patience)
  const calls = new OpenCalls()
  const surroundings = new Surroundings()
  const reads = new Reads(pool)
  const transactions = new Transactions(pool, patience, surroundings)
  const shared = new SharedTransactions({ pool, reads, surroundings, alone: transactions })
  return {
    session: separateSession({ calls, reads, transactions, shared }),
    migrate: (onProgress) => migrate({ address, tablePrefix: patience.tablePrefix }, onProgress),
    conflictRetries: () => transactions.conflictRetries,
    async close() {
      await calls.close()
      await pool.close()
    },
  }
}
