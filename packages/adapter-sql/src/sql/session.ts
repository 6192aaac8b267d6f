import { CheckoutError } from '@coursepay/core'
import type { Claim, Row, Statement, Values } from './statement.js'

/** A statement with its values. */
export type Change = readonly [statement: Statement, values: Values]

/**
 * Where statements run: inside a unit of work, or each by itself. Every method throws `store_unavailable`, or
 * `state_conflict` when a unique key exists already or the row that another belongs to does not.
 */
export interface SqlSession {
  /** Outcome: how many rows the statement changed. */
  run(statement: Statement, values: Values): Promise<number>
  get(statement: Statement, values: Values): Promise<Row | undefined>
  all(statement: Statement, values: Values): Promise<readonly Row[]>
  /** Outcome: the claimed rows, by id; no two callers get the same one. */
  claim(claim: Claim, values: Values): Promise<readonly Row[]>
  /** Outcome: all of these changes in one transaction, in this order, or none; how many rows each changed. */
  runAll(changes: readonly Change[]): Promise<readonly number[]>
  /** Going away. Outcome: what `work` returns, all of it in one transaction: the surrounding one, or its own. */
  atomically<Result>(work: (session: SqlSession) => Promise<Result>, shape?: { readonly changesLast?: boolean }): Promise<Result>
}

/** Inserts unless a unique key exists already, or the owner of the row does not; true when it did. The rest of the transaction stands. */
export async function insertOnce(session: SqlSession, insert: Statement, values: Values): Promise<boolean> {
  try {
    await session.run(insert, values)
    return true
  } catch (error) {
    if (CheckoutError.isInstance(error) && error.code === 'state_conflict') return false
    throw error
  }
}

/** For changes that hit one row or none. */
export async function changesOne(session: SqlSession, change: Statement, values: Values): Promise<boolean> {
  return (await session.run(change, values)) > 0
}

/** Runs changes one after the other on a session that is a transaction already. */
export async function runEach(session: SqlSession, changes: readonly Change[]): Promise<readonly number[]> {
  const counts: number[] = []
  for (const [statement, values] of changes) counts.push(await session.run(statement, values))
  return counts
}
