import { backoff, type RetryPolicy } from '../sql/retry-policy.js'
import type { SqlSession } from '../sql/session.js'
import type { Row, Statement, Values } from '../sql/statement.js'
import { ClaimCursor } from './claim-cursor.js'
import { claimRows } from './claim-rows.js'
import { changesOf, type MysqlConnection, rowsOf } from './connection.js'
import type { ConnectionPool } from './connection-pool.js'
import type { MysqlDialect } from './dialect.js'
import type { InFlightCalls } from './in-flight-calls.js'
import { toCheckoutError } from './mysql-errors.js'
import { toMysqlFailure } from './mysql-failure.js'

export interface SessionParts {
  readonly pool: ConnectionPool
  readonly calls: InFlightCalls
  readonly dialect: MysqlDialect
  readonly retry: RetryPolicy
  countConflict(): void
}

/** Each call commits by itself. */
export function autocommitSession({ pool, calls, dialect, retry, countConflict }: SessionParts): SqlSession {
  const use = <Result>(task: (connection: MysqlConnection) => Promise<Result>): Promise<Result> =>
    calls.run(() =>
      pool.use(task).catch((error: unknown) => {
        throw toCheckoutError(error)
      }),
    )

  /** For what the server undoes as a whole when it conflicts. */
  const useAgain = <Result>(task: (connection: MysqlConnection) => Promise<Result>): Promise<Result> =>
    calls.run(() => retryOnConflict(retry, countConflict, () => pool.use(task)))

  const all = async (statement: Statement, values: Values): Promise<readonly Row[]> =>
    rowsOf(await use((connection) => connection.execute(dialect.bind(statement, values))))

  const cursor = new ClaimCursor()
  return {
    all,
    get: async (statement, values) => (await all(statement, values))[0],
    run: async (statement, values) =>
      changesOf(await useAgain((connection) => connection.execute(dialect.bind(statement, values)))),
    readTogether: (reads) => use((connection) => connection.query(reads.map(dialect.inline))),
    runAll: (changes) => useAgain((connection) => runAll(connection, changes.map(dialect.inline))),
    claim: (claim, values) => useAgain((connection) => claimRows(connection, dialect, cursor, claim, values)),
  }
}

async function runAll(connection: MysqlConnection, statements: readonly string[]): Promise<readonly number[]> {
  try {
    const answers = await connection.change(['START TRANSACTION', ...statements, 'COMMIT'])
    return answers.slice(1, -1).map(changesOf)
  } catch (error) {
    await connection.rollBack()
    throw error
  }
}

/** Throws `CheckoutError`s. */
async function retryOnConflict<Result>(
  { scheduler, busyTimeoutMs }: RetryPolicy,
  countConflict: () => void,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const deadline = performance.now() + busyTimeoutMs
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      const failure = toMysqlFailure(error)
      const isWorthIt = failure.isConflict || failure.isLockedRow
      if (!isWorthIt || performance.now() >= deadline) throw toCheckoutError(error)
    }
    countConflict()
    await backoff(scheduler, tries)
  }
}
