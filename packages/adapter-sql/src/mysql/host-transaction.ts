import { CheckoutError } from '@coursepay/core'
import type { Connection as CallbackConnection, ResultSetHeader } from 'mysql2'
import type { Connection } from 'mysql2/promise'
import type { Committer, JoinedTransaction } from '../sql/engine.js'
import { transactionConflictError, unusableHandleError, unwrapKnexTransaction } from '../sql/host-handle.js'
import { createUnbatchedRead } from '../sql/session.js'
import type { Query, Row, SqlSyntax, SqlValue } from '../sql/sql.js'
import {
  type AggregateMapping,
  type CommitOutcome,
  guardQuery,
  mapCommit,
  statementsOf,
  type WriteStatement,
} from '../writer/aggregate-mapping.js'
import { affectedRowsOf, rowsOf, type StatementAnswer } from './connection.js'
import { toDriverValue } from './driver-values.js'
import { isTemporary, MysqlFailure, toCheckoutError, toMysqlFailure, UNMET_GUARD_ERRNO } from './mysql-failure.js'

/** Whatever the host's connection is set to: BIGINT comes as text, with every digit. */
const RESULT_ROW_OPTIONS = { supportBigNumbers: true, bigNumberStrings: true, rowsAsArray: false, nestTables: false }

/**
 * Stores on a host's connection, inside its transaction. Statements are prepared, since the host's session may read
 * backslashes its own way. Reads lock: under REPEATABLE READ a plain one may be older than the row that it is to guard.
 */
export function createMysqlHostTransaction(transaction: unknown, syntax: SqlSyntax): JoinedTransaction {
  const connect = async () => promiseConnectionOf(await unwrapKnexTransaction(transaction))

  async function execute(query: Query): Promise<StatementAnswer> {
    const connection = await connect()
    const [answer] = await connection.execute(
      { sql: query.sql, ...RESULT_ROW_OPTIONS },
      (query.values as SqlValue[]).map(toDriverValue),
    )
    return answer as StatementAnswer
  }

  const all = async (query: Query): Promise<readonly Row[]> =>
    rowsOf(await execute({ sql: `${query.sql} ${syntax.forUpdate.sql}`, values: query.values }).catch(throwHostError))

  /** Undoes a refused commit alone: what the host wrote before stays. */
  async function writeOrUndo(statements: readonly WriteStatement[]): Promise<CommitOutcome> {
    const connection = await connect()
    // The protocol prepares no SAVEPOINT.
    const [answer] = await connection.query('SAVEPOINT coursepay').catch(throwHostError)
    if (ranOutsideTransaction(answer as ResultSetHeader)) throw unusableHandleError(USABLE_HANDLE_DESCRIPTION)
    try {
      for (const { query, mustChange } of statements) {
        const answer = await execute(query)
        if (mustChange !== null && affectedRowsOf(answer) !== mustChange)
          throw new MysqlFailure('MISSING_ROW', UNMET_GUARD_ERRNO)
      }
      return 'committed'
    } catch (error) {
      const failure = toMysqlFailure(error)
      if (failure.kind !== 'constraint' && failure.kind !== 'unmet_guard') return throwHostError(error)
      await connection.query('ROLLBACK TO SAVEPOINT coursepay').catch(throwHostError)
      return 'conflict'
    }
  }

  const committer =
    <Commit>(mapping: AggregateMapping<Commit>): Committer<Commit> =>
    async (commit) => {
      const prepared = mapCommit(mapping, commit)
      for (const guard of prepared.guards) {
        if ((await all(guardQuery(mapping, guard, syntax))).length === 0) return 'conflict'
      }
      return await writeOrUndo(statementsOf(mapping, [prepared], syntax))
    }

  return { committer, session: { syntax, batchReads: createUnbatchedRead, all } }
}

const USABLE_HANDLE_DESCRIPTION = 'a connection of mysql2 on which a transaction was begun'

/** Of a pool, and of a connection without a transaction: what is written stays whatever the host does. */
const ranOutsideTransaction = ({ serverStatus }: ResultSetHeader): boolean => {
  const [inTransaction, autocommit] = [0x1, 0x2]
  return (serverStatus & (inTransaction | autocommit)) === autocommit
}

/** mysql2 has connections with callbacks and with promises. */
function promiseConnectionOf(connection: unknown): Connection {
  if (typeof connection !== 'object' || connection === null || !('execute' in connection)) {
    throw unusableHandleError(USABLE_HANDLE_DESCRIPTION)
  }
  const hasCallbacks = 'promise' in connection && typeof connection.promise === 'function'
  return hasCallbacks ? (connection as CallbackConnection).promise() : (connection as Connection)
}

function throwHostError(error: unknown): never {
  if (CheckoutError.isInstance(error)) throw error
  const failure = toMysqlFailure(error)
  throw isTemporary(failure) ? transactionConflictError(failure) : toCheckoutError(failure)
}
