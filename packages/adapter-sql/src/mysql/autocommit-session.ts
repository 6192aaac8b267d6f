import type { InFlightCalls } from '../sql/in-flight-calls.js'
import { createReadBatcher } from '../sql/read-batcher.js'
import { type RetryPolicy, retryWhileTemporary } from '../sql/retry-policy.js'
import type { SqlSession } from '../sql/session.js'
import type { SqlSyntax } from '../sql/sql.js'
import { affectedRowsOf as countOf, type MysqlConnection, rowsOf } from './connection.js'
import type { ConnectionPool } from './connection-pool.js'
import { isTemporary, NO_ANSWER_SENTENCE, toCheckoutError, toMysqlFailure } from './mysql-failure.js'

export interface AutocommitSessionOptions {
  readonly pool: ConnectionPool
  readonly calls: InFlightCalls
  /** Look-ups that wait for others to share a statement with; the statement is one of `calls`, so they end first. */
  readonly lookups: InFlightCalls
  readonly syntax: SqlSyntax
  readonly retry: RetryPolicy
  countConflict(): void
}

/** Each call commits on its own. */
export function createAutocommitSession({
  pool,
  calls,
  lookups,
  syntax,
  retry,
  countConflict,
}: AutocommitSessionOptions): SqlSession {
  /** Reads are harmless twice: one that met a connection that had ended is asked again on another. */
  const read = <Result>(task: (connection: MysqlConnection) => Promise<Result>): Promise<Result> =>
    calls.run(async () => {
      try {
        return await pool.use(task).catch((error: unknown) => {
          if (toMysqlFailure(error).kind !== 'lost_connection') throw error
          return pool.use(task)
        })
      } catch (error) {
        throw toCheckoutError(error)
      }
    })

  const rules = {
    isTemporary: (error: unknown) => isTemporary(toMysqlFailure(error)),
    toCheckoutError,
    onRetry: countConflict,
  }
  /** For what the server undoes as a whole when it conflicts: runs it again until `busyTimeoutMs` is over. */
  const write = <Result>(task: (connection: MysqlConnection) => Promise<Result>): Promise<Result> =>
    calls.run(() => retryWhileTemporary(retry, rules, (deadline) => pool.use(task, { deadline, forLocks: true })))

  return {
    syntax,
    batchReads: createReadBatcher(lookups, retry, NO_ANSWER_SENTENCE),
    all: async (query) => (await read((connection) => connection.query([query])))[0] ?? [],
    run: async (change) =>
      (await write((connection) => connection.change([change]))).reduce((sum, each) => sum + countOf(each), 0),
    lockAndChange: (find, changesOf) =>
      write(async (connection) => {
        const rows = (await connection.changeOrRollBack([...connection.beginStatements, find])).at(-1)
        const found = rows === undefined ? [] : rowsOf(rows)
        const changes = found.length === 0 ? [] : changesOf(found)
        await connection.changeOrRollBack([...changes, ...connection.commitStatements])
        return found
      }),
  }
}
