import type { InFlightCalls } from '../sql/in-flight-calls.js'
import { type RetryPolicy, retryWhileTemporary } from '../sql/retry-policy.js'
import type { SqlSession } from '../sql/session.js'
import type { SqlSyntax } from '../sql/sql.js'
import { Batcher } from '../writer/batcher.js'
import { changesOf as countOf, type MysqlConnection, rowsOf } from './connection.js'
import type { ConnectionPool } from './connection-pool.js'
import { isTemporary, NO_ANSWER_SENTENCE, toCheckoutError, toMysqlFailure } from './mysql-failure.js'

export interface MysqlSessionParts {
  readonly pool: ConnectionPool
  readonly calls: InFlightCalls
  readonly syntax: SqlSyntax
  readonly retry: RetryPolicy
  countConflict(): void
}

/** Each call commits on its own. */
export function autocommitSession({ pool, calls, syntax, retry, countConflict }: MysqlSessionParts): SqlSession {
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
    batchReads: (read) => createReadBatcher(read, retry),
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

/**
 * Reads keys that are asked for at the same time in one call: a look-up by a key costs its round trip more than its
 * rows.
 */
function createReadBatcher<Key, Result>(
  read: (keys: readonly Key[]) => Promise<readonly Result[]>,
  retry: RetryPolicy,
): (key: Key) => Promise<Result> {
  const batcher = new Batcher<{ readonly key: Key }, Result>({
    ...{ ...retry, maxInFlight: 4, maxItems: 64, timedOut: () => NO_ANSWER_SENTENCE },
    async write(asked) {
      const results = await read(asked.map(({ key }) => key))
      for (const [index, { resolve }] of asked.entries()) resolve(results[index] as Result)
      return []
    },
  })
  return (key) => batcher.run({ key })
}
