import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Clock } from '@coursepay/core'
import { tableNamesWith } from '../schema/table-names.js'
import type { Committer, SqlEngine } from '../sql/engine.js'
import { InFlightCalls } from '../sql/in-flight-calls.js'
import { createReadBatcher } from '../sql/read-batcher.js'
import type { RetryPolicy } from '../sql/retry-policy.js'
import type { SqlSession } from '../sql/session.js'
import { storeUnavailableError } from '../sql/store-errors.js'
import { type AggregateMapping, mapCommit } from '../writer/aggregate-mapping.js'
import { type DatabaseFile, openDatabaseFile } from './database-file.js'
import { GroupWriter } from './group-writer.js'
import { createSqliteHostTransaction } from './host-transaction.js'
import { migrate } from './migrate.js'
import { IN_USE_SENTENCE, isConstraintViolation, retryWhenBusy, toCheckoutError } from './sqlite-errors.js'
import { CommitConflict, createSqliteSyntax, PreparedStatements, writeCommit } from './statements.js'

/** The file of a database that lives as long as its process: two connections cannot share one in memory. */
export const createTemporaryFilePath = (): string => join(mkdtempSync(join(tmpdir(), 'coursepay-')), 'temporary.db')

export interface SqliteOptions extends RetryPolicy {
  readonly file: string
  /** Removed with its folder on close. */
  readonly temporary: boolean
  readonly clock: Clock
  readonly tablePrefix: string
}

/** SQLite on one file. Throws `store_unavailable` when it cannot be opened. */
export const openSqliteEngine = async (options: SqliteOptions): Promise<SqlEngine> =>
  createEngineOnOpenFile(await openDatabaseFile(options.file, options), options)

/** SQLite on a file that is open. */
export function createEngineOnOpenFile(database: DatabaseFile, options: SqliteOptions): SqlEngine {
  const syntax = createSqliteSyntax(tableNamesWith(options.tablePrefix), options.clock)
  const writer = new GroupWriter(database, options)
  const { connection, identity } = database
  const lookups = new InFlightCalls()
  const reads = new PreparedStatements(connection)

  function committer<Commit>(mapping: AggregateMapping<Commit>): Committer<Commit> {
    return (commit) => {
      const prepared = mapCommit(mapping, commit)
      return writer
        .run((statements) => writeCommit(statements, mapping, prepared, syntax))
        .catch((error: unknown) => {
          const cause = error instanceof Error ? error.cause : null
          if (cause instanceof CommitConflict || isConstraintViolation(cause)) return 'conflict'
          throw error
        })
    }
  }

  /** Reads see what is committed; each write is a job of its own. */
  const session: SqlSession = {
    syntax,
    batchReads: createReadBatcher(lookups, options, IN_USE_SENTENCE),
    all: (query) =>
      retryWhenBusy(options, () => {
        identity.verifyOften()
        if (connection.inTransaction)
          throw storeUnavailableError('A transaction could not be rolled back. Start again.')
        return reads.all(query)
      }),
    run: (change) => writer.run(({ run }) => run(change)),
    lockAndChange: (find, changesOf) =>
      writer.run(({ all, run }) => {
        const found = all(find)
        if (found.length > 0) changesOf(found).forEach(run)
        return found
      }),
  }

  return {
    session,
    committer,
    clock: null,
    within: (transaction) => createSqliteHostTransaction(transaction, syntax),
    async migrate(onProgress) {
      await migrate(options, onProgress)
      identity.verify()
    },
    // Jobs have the writer to themselves.
    conflictRetries: () => 0,
    async close() {
      await lookups.close()
      await writer.close()
      try {
        // This folds the write-ahead log into the file.
        connection.close()
      } catch (error) {
        throw toCheckoutError(error)
      }
      if (options.temporary) rmSync(dirname(options.file), { recursive: true, force: true })
    },
  }
}
