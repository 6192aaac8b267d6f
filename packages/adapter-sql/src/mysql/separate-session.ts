import type { SqlSession } from '../sql/session.js'
import type { Row, Statement, Values } from '../sql/statement.js'
import { claimRows } from './claim-rows.js'
import { bound } from './dialect.js'
import { toCheckoutError } from './mysql-errors.js'
import type { Reads } from './reads.js'
import type { SharedTransactions } from './shared-transactions.js'
import type { Transactions } from './transactions.js'
import { changesOf, rowsOf } from './unit-session.js'

export interface MysqlParts {
  readonly reads: Reads
  readonly transactions: Transactions
  readonly shared: SharedTransactions
}

/** The session outside of units: each statement commits by itself. */
export function separateSession({ reads, transactions, shared }: MysqlParts): SqlSession {
  const all = async (statement: Statement, values: Values): Promise<readonly Row[]> => {
    try {
      return rowsOf(await reads.read(statement, values))
    } catch (error) {
      throw toCheckoutError(error)
    }
  }
  return {
    all,
    get: async (statement, values) => (await all(statement, values))[0],
    run: async (statement, values) =>
      changesOf(await transactions.whileInConflict((connection) => connection.execute(bound(statement, values)))),
    claim: (claim, values) => transactions.whileInConflict((connection) => claimRows(connection, claim, values)),
    atomically: (work, shape) => (shape?.changesLast ? shared.run(work) : transactions.run(work)),
  }
}
