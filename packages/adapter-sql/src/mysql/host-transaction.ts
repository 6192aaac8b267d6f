import { CheckoutError } from '@coursepay/core'
import type { Connection as CallbackConnection, ResultSetHeader } from 'mysql2'
import type { Connection } from 'mysql2/promise'
import type { Committer, HostTransaction } from '../sql/engine.js'
import { driverConnection, once, unusableHandle } from '../sql/host-handle.js'
import { readSession } from '../sql/session.js'
import { type Change, NOW, type Row, type SqlValue } from '../sql/statement.js'
import type { Cell } from '../sql/table.js'
import {
  type CommitOutcome,
  type CommitPlan,
  type Guard,
  type PreparedCommit,
  prepareCommit,
} from '../writer/commit-plan.js'
import type { WriteSyntax } from '../writer/write-step.js'
import { type Answer, changesOf, rowsOf } from './connection.js'
import { type MysqlDialect, SERVER_TIME } from './dialect.js'
import { toDriverValue } from './driver-values.js'
import { isTemporary, MysqlFailure, toCheckoutError, toMysqlFailure, UNMET_GUARD } from './mysql-failure.js'

/** Whatever the host's connection is set to: BIGINT comes as text, with every digit. */
const ROW_OPTIONS = { supportBigNumbers: true, bigNumberStrings: true, rowsAsArray: false, nestTables: false }

/**
 * Stores on a host's connection, inside its transaction. Statements are prepared, since the host's session may read
 * backslashes its own way. Reads lock: under REPEATABLE READ a plain one may be older than the row that it is to guard.
 */
export function mysqlHostTransaction(transaction: unknown, dialect: MysqlDialect): HostTransaction {
  const connect = once(async () => promiseConnectionOf(await driverConnection(transaction)))

  async function execute(sql: string, values: readonly SqlValue[]): Promise<Answer> {
    const connection = await connect()
    const [answer] = await connection.execute({ sql, ...ROW_OPTIONS }, values.map(toDriverValue))
    return answer as Answer
  }

  async function read(reads: readonly Change[]): Promise<readonly (readonly Row[])[]> {
    const all: (readonly Row[])[] = []
    for (const [statement, values] of reads) {
      const bound = dialect.bind(statement, values)
      all.push(rowsOf(await execute(`${bound.sql} FOR UPDATE`, bound.values).catch(throwToHost)))
    }
    return all
  }

  async function isConfirmed(guard: string, { id, version }: Guard): Promise<boolean> {
    return rowsOf(await execute(guard, [id, version]).catch(throwToHost)).length > 0
  }

  async function write<Commit>(plan: CommitPlan<Commit>, rows: PreparedCommit['rows']): Promise<void> {
    for (const [index, step] of plan.steps.entries()) {
      const changes = rows[index] ?? []
      if (changes.length === 0) continue
      const values: SqlValue[] = []
      const answer = await execute(step.statement(changes, bindingTo(values, dialect.writing)), values)
      if (step.isExact && changesOf(answer) !== changes.length) throw new MysqlFailure('MISSING_ROW', UNMET_GUARD)
    }
  }

  /** Undoes a refused commit alone: what the host wrote before stays. */
  async function writeOrUndo(connection: Connection, write: () => Promise<void>): Promise<CommitOutcome> {
    // The protocol prepares no SAVEPOINT.
    const [answer] = await connection.query('SAVEPOINT coursepay').catch(throwToHost)
    if (isAutocommitted(answer as ResultSetHeader)) throw unusableHandle(USABLE)
    try {
      await write()
      return 'committed'
    } catch (error) {
      const failure = toMysqlFailure(error)
      if (failure.kind !== 'constraint' && failure.kind !== 'unmet_guard') return throwToHost(error)
      await connection.query('ROLLBACK TO SAVEPOINT coursepay').catch(throwToHost)
      return 'conflict'
    }
  }

  function committer<Commit>(plan: CommitPlan<Commit>): Committer<Commit> {
    const guard = `SELECT id FROM ${dialect.writing.tables[plan.root]} WHERE id = ? AND version = ? FOR UPDATE`
    return async (commit) => {
      const { guards, rows } = prepareCommit(plan, commit)
      for (const each of guards) {
        if (!(await isConfirmed(guard, each))) return 'conflict'
      }
      return writeOrUndo(await connect(), () => write(plan, rows))
    }
  }

  return { committer, session: readSession(read) }
}

const USABLE = 'a connection of mysql2 on which a transaction was begun'

/** Of a pool, and of a connection without a transaction: what is written stays whatever the host does. */
const isAutocommitted = ({ serverStatus }: ResultSetHeader): boolean => {
  const [inTransaction, autocommit] = [0x1, 0x2]
  return (serverStatus & (inTransaction | autocommit)) === autocommit
}

/** mysql2 has connections with callbacks and with promises. */
function promiseConnectionOf(connection: unknown): Connection {
  if (typeof connection !== 'object' || connection === null || !('execute' in connection)) {
    throw unusableHandle(USABLE)
  }
  const hasCallbacks = 'promise' in connection && typeof connection.promise === 'function'
  return hasCallbacks ? (connection as CallbackConnection).promise() : (connection as Connection)
}

const bindingTo = (values: SqlValue[], writing: WriteSyntax): WriteSyntax => ({
  ...writing,
  put(cell: Cell) {
    if (cell === NOW) return SERVER_TIME
    values.push(cell as SqlValue)
    return '?'
  },
})

/** What only the host can mend: its whole transaction is to be run again, or is gone already. */
function throwToHost(error: unknown): never {
  if (CheckoutError.isInstance(error)) throw error
  const failure = toMysqlFailure(error)
  if (!isTemporary(failure)) throw toCheckoutError(failure)
  const sentence = 'The transaction met another one: roll it back and run it again.'
  throw new CheckoutError('state_conflict', sentence, { cause: failure })
}
