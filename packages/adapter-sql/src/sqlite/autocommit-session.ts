import type { RetryPolicy } from '../sql/retry-policy.js'
import { oneByOne, type SqlSession } from '../sql/session.js'
import type { Change } from '../sql/statement.js'
import type { Connections } from './connections.js'
import type { FileIdentity } from './file-identity.js'
import type { GroupWriter } from './group-writer.js'
import type { PreparedStatements } from './prepared-statements.js'
import { retryWhenBusy } from './retry-when-busy.js'

export interface SessionParts {
  readonly file: FileIdentity
  readonly reader: Connections['reader']
  readonly reads: PreparedStatements
  readonly writes: PreparedStatements
  readonly writer: GroupWriter
  readonly retry: RetryPolicy
}

/** Reads see what is committed; each write is a job of its own. */
export function autocommitSession({ file, reader, reads, writes, writer, retry }: SessionParts): SqlSession {
  const read = <Result>(task: () => Result): Promise<Result> =>
    retryWhenBusy(retry, () => {
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
