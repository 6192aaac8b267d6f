import { runEach, type SqlSession } from '../sql/session.js'
import type { Claim, Row, Statement, Values } from '../sql/statement.js'
import { ClaimProgress } from './claim-progress.js'
import { claimRows } from './claim-rows.js'
import { bound } from './dialect.js'
import { toCheckoutError } from './mysql-errors.js'
import type { OpenCalls } from './open-calls.js'
import type { Reads } from './reads.js'
import type { SharedTransactions } from './shared-transactions.js'
import type { Transactions } from './transactions.js'
import { changesOf, rowsOf } from './unit-session.js'

export interface MysqlParts {
  readonly calls: OpenCalls
  readonly reads: Reads
  readonly transactions: Transactions
  readonly shared: SharedTransactions
}

/** The session outside of units: each statement commits by itself. */
export function separateSession({ calls, reads, transactions, shared }: MysqlParts): SqlSession {
  const all = async (statement: Statement, values: Values): Promise<readonly Row[]> => {
    try {
      return rowsOf(await calls.run(() => reads.read(statement, values)))
    } catch (error) {
      throw toCheckoutError(error)
    }
  }
  const change = (statement: Statement, values: Values) =>
    transactions.whileInConflict((connection) => connection.execute(bound(statement, values)))
  const progress = new ClaimProgress()
  const claim = (what: Claim, values: Values) =>
    transactions.whileInConflict((connection) => claimRows(connection, progress, what, values))
  return {
    all,
    get: async (statement, values) => (await all(statement, values))[0],
    run: async (statement, values) => changesOf(await calls.run(() => change(statement, values))),
    claim: (what, values) => calls.run(() => claim(what, values)),
    runAll: (changes) => calls.run(() => transactions.run((unit) => runEach(unit, changes))),
    atomically: (work, shape) => calls.run(() => (shape?.changesLast ? shared.run(work) : transactions.run(work))),
  }
}
