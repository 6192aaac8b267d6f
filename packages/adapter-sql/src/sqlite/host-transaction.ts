import type { Committer, JoinedTransaction } from '../sql/engine.js'
import { transactionConflictError, unusableHandleError, unwrapKnexTransaction } from '../sql/host-handle.js'
import { createUnbatchedRead } from '../sql/session.js'
import type { SqlSyntax } from '../sql/sql.js'
import { type AggregateMapping, mapCommit } from '../writer/aggregate-mapping.js'
import type { Connection } from './database-file.js'
import { isBusy, isConstraintViolation, toCheckoutError } from './sqlite-errors.js'
import { CommitConflict, PreparedStatements, writeCommit } from './statements.js'

/**
 * Stores on a host's connection of better-sqlite3, inside its transaction. It may be none of ours: another transaction
 * runs there.
 */
export function createSqliteHostTransaction(transaction: unknown, syntax: SqlSyntax): JoinedTransaction {
  let statements: PreparedStatements | null = null
  /** Checked each time: after the host's transaction a commit would stay, whatever the host did. */
  async function connect() {
    const connection = requireOpenTransaction(await unwrapKnexTransaction(transaction))
    statements ??= new PreparedStatements(connection)
    return { connection, statements }
  }
  const committer =
    <Commit>(mapping: AggregateMapping<Commit>): Committer<Commit> =>
    async (commit) => {
      const { connection, statements } = await connect()
      const prepared = mapCommit(mapping, commit)
      try {
        // Inside a transaction this is a savepoint.
        return connection.transaction(() => writeCommit(statements, mapping, prepared, syntax))()
      } catch (error) {
        if (error instanceof CommitConflict || isConstraintViolation(error)) return 'conflict'
        throw toHostError(error)
      }
    }
  const session: JoinedTransaction['session'] = {
    ...{ syntax, batchReads: createUnbatchedRead },
    async all(query) {
      const { statements } = await connect()
      try {
        return statements.all(query)
      } catch (error) {
        throw toHostError(error)
      }
    },
  }
  return { committer, session }
}

/** SQLite lets no transaction write whose reads are older than a write of somebody else. */
const toHostError = (error: unknown) => (isBusy(error) ? transactionConflictError(error) : toCheckoutError(error))

function requireOpenTransaction(connection: unknown): Connection {
  const isOpen = typeof connection === 'object' && connection !== null && 'inTransaction' in connection
  if (!isOpen || connection.inTransaction !== true) {
    throw unusableHandleError('a connection of better-sqlite3 on which a transaction was begun')
  }
  return connection as Connection
}
