import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '@coursepay/core'
import { tableNamesWith } from '../schema/table-names.js'
import type { SqlEngine } from '../sql/engine.js'
import type { RetryPolicy } from '../sql/retry-policy.js'
import { sqliteCommitter } from '../writer/sqlite-committer.js'
import { autocommitSession } from './autocommit-session.js'
import { type Connections, openConnections } from './connections.js'
import { GroupWriter } from './group-writer.js'
import { sqliteHostTransaction } from './host-transaction.js'
import { migrate } from './migrate.js'
import { PreparedStatements } from './prepared-statements.js'
import { toCheckoutError } from './sqlite-errors.js'

/** The file of a database that lives as long as its process: two connections cannot share one in memory. */
export const temporaryFile = (): string => join(mkdtempSync(join(tmpdir(), 'coursepay-')), 'temporary.db')

export interface SqliteOptions extends RetryPolicy {
  readonly file: string
  /** Removed with its folder on close. */
  readonly temporary: boolean
  readonly clock: Clock
  readonly tablePrefix: string
}

/** SQLite on one file. Throws `store_unavailable` when it cannot be opened. */
export async function openSqlite(options: SqliteOptions): Promise<SqlEngine> {
  const tables = tableNamesWith(options.tablePrefix)
  return sqliteEngine(await openConnections(options.file, options), { ...options, tables })
}

/** SQLite on connections that are open. */
export function sqliteEngine(
  connections: Connections,
  options: SqliteOptions & { readonly tables: ReturnType<typeof tableNamesWith> },
): SqlEngine {
  const { writer: connection, reader, file } = connections
  const { clock, tables } = options
  const writer = new GroupWriter(connections, options)
  const writes = new PreparedStatements(connection, clock, tables)
  const reads = new PreparedStatements(reader, clock, tables)
  return {
    session: autocommitSession({ file, reader, reads, writes, writer, retry: options }),
    committer: (plan) => sqliteCommitter({ connection, writer, tables, clock }, plan),
    clock: null,
    within: (transaction) => sqliteHostTransaction(transaction, tables, clock),
    async migrate(onProgress) {
      await migrate(options, onProgress)
      file.verify()
    },
    // Jobs have the writer to themselves.
    conflictRetries: () => 0,
    async close() {
      await writer.close()
      closeBoth(connections)
      if (options.temporary) rmSync(dirname(options.file), { recursive: true, force: true })
    },
  }
}

/** The writer last: it folds the write-ahead log into the file, which it can only do alone. */
function closeBoth({ writer, reader }: Connections): void {
  try {
    reader.close()
    writer.close()
  } catch (error) {
    throw toCheckoutError(error)
  }
}
