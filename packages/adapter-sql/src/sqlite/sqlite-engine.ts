import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '@coursepay/core'
import { tableNamesWith } from '../schema/table-names.js'
import type { SqlEngine } from '../sql/engine.js'
import type { RetryPolicy } from '../sql/retry-policy.js'
import { oneByOne, type SqlSession } from '../sql/session.js'
import type { Change } from '../sql/statement.js'
import { sqliteCommitter } from '../writer/sqlite-committer.js'
import { type Connections, openConnections } from './connections.js'
import { GroupWriter } from './group-writer.js'
import { sqliteHostTransaction } from './host-transaction.js'
import { migrate } from './migrate.js'
import { PreparedStatements } from './prepared-statements.js'
import { retryWhenBusy, toCheckoutError } from './sqlite-errors.js'

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
export const openSqlite = async (options: SqliteOptions): Promise<SqlEngine> =>
  sqliteEngine(await openConnections(options.file, options), options)

/** SQLite on connections that are open. */
export function sqliteEngine(connections: Connections, options: SqliteOptions): SqlEngine {
  const { writer: connection, file } = connections
  const { clock } = options
  const tables = tableNamesWith(options.tablePrefix)
  const writer = new GroupWriter(connections, options)
  return {
    session: autocommitSession(connections, writer, options),
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

/** Reads see what is committed; each write is a job of its own. */
function autocommitSession(connections: Connections, writer: GroupWriter, options: SqliteOptions): SqlSession {
  const { reader, file } = connections
  const tables = tableNamesWith(options.tablePrefix)
  const reads = new PreparedStatements(reader, options.clock, tables)
  const writes = new PreparedStatements(connections.writer, options.clock, tables)
  const read = <Result>(task: () => Result): Promise<Result> =>
    retryWhenBusy(options, () => {
      file.verifyOften()
      return task()
    })
  // Made once: the driver builds several functions for each of them.
  const readInTransaction = reader.transaction((all: readonly Change[]) =>
    all.map(([statement, values]) => reads.all(statement, values)),
  )
  return {
    gather: oneByOne,
    run: (statement, values) => writer.run(() => writes.run(statement, values)),
    all: (statement, values) => read(() => reads.all(statement, values)),
    readTogether: (all) => read(() => readInTransaction(all)),
    runAll: (changes) => writer.run(() => changes.map(([statement, values]) => writes.run(statement, values))),
    lockAndChange: (find, changesOf) =>
      writer.run(() => {
        const found = writes.all(...find)
        if (found.length > 0) for (const [statement, values] of changesOf(found)) writes.run(statement, values)
        return found
      }),
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
