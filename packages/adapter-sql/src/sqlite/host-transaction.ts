import type { Clock } from '@coursepay/core'
import type { TableNames } from '../schema/table-names.js'
import type { Committer, HostTransaction } from '../sql/engine.js'
import { driverConnection, once, unusableHandle } from '../sql/host-handle.js'
import { readSession } from '../sql/session.js'
import type { Change, Row } from '../sql/statement.js'
import { type CommitPlan, prepareCommit } from '../writer/commit-plan.js'
import { Conflict, commitWriter } from '../writer/sqlite-committer.js'
import type { Connection } from './connections.js'
import { PreparedStatements } from './prepared-statements.js'
import { isConstraintViolation, toCheckoutError } from './sqlite-errors.js'

/**
 * Stores on a host's connection of better-sqlite3, inside its transaction. It may be none of ours: another transaction
 * runs there.
 */
export function sqliteHostTransaction(transaction: unknown, tables: TableNames, clock: Clock): HostTransaction {
  const connect = once(async () => toConnection(await driverConnection(transaction)))
  const prepare = once(async () => new PreparedStatements(await connect(), clock, tables))

  async function read(reads: readonly Change[]): Promise<readonly (readonly Row[])[]> {
    const statements = await prepare()
    try {
      return reads.map(([statement, values]) => statements.all(statement, values))
    } catch (error) {
      throw toCheckoutError(error)
    }
  }

  function committer<Commit>(plan: CommitPlan<Commit>): Committer<Commit> {
    const makeWriter = once(async () => commitWriter({ connection: await connect(), tables, clock }, plan))
    return async (commit) => {
      const [connection, write] = [await connect(), await makeWriter()]
      const ready = prepareCommit(plan, commit)
      try {
        // Inside a transaction this is a savepoint.
        return connection.transaction(() => write(ready))()
      } catch (error) {
        if (error instanceof Conflict || isConstraintViolation(error)) return 'conflict'
        throw toCheckoutError(error)
      }
    }
  }

  return { committer, session: readSession(read) }
}

function toConnection(connection: unknown): Connection {
  const isOpen = typeof connection === 'object' && connection !== null && 'inTransaction' in connection
  if (!isOpen || connection.inTransaction !== true) {
    throw unusableHandle('a connection of better-sqlite3 on which a transaction was begun')
  }
  return connection as Connection
}
