import { CheckoutError } from '@coursepay/core'
import type { Change, Row, Statement, Values } from './statement.js'
import { insertion, type Table } from './table.js'

export interface ReadSession {
  all(statement: Statement, values: Values): Promise<readonly Row[]>
  /** Outcome: the rows of each, read one after the other in one round trip. On MySQL others may commit in between. */
  readTogether(reads: readonly Change[]): Promise<readonly (readonly Row[])[]>
  /**
   * Makes one call of `read` of many of the same time, where that saves round trips. `read` answers each key in its
   * place.
   */
  gather<Key, Result>(read: (keys: readonly Key[]) => Promise<readonly Result[]>): (key: Key) => Promise<Result>
}

/** `gather` where a round trip costs nothing. */
export const oneByOne: ReadSession['gather'] = (read) => async (key) => {
  const [result] = await read([key])
  if (result === undefined) throw new TypeError('A read returned fewer results than it has keys.')
  return result
}

/** A session of which `readTogether` does everything, one read after the other. */
export const readSession = (readTogether: ReadSession['readTogether']): ReadSession => ({
  gather: oneByOne,
  readTogether,
  all: async (...change) => (await readTogether([change]))[0] ?? [],
})

/**
 * Where statements run, each in a transaction of its own. Every method throws `store_unavailable`, or `state_conflict`
 * when a unique key exists already or the row that another belongs to does not.
 */
export interface SqlSession extends ReadSession {
  /** Outcome: how many rows the statement changed. */
  run(statement: Statement, values: Values): Promise<number>
  /** Outcome: all of these changes in one transaction, in this order, or none; how many rows each changed. */
  runAll(changes: readonly Change[]): Promise<readonly number[]>
  /**
   * Outcome: the rows that `find` reads and locks (`FOR UPDATE`), once the changes of them are done in the same
   * transaction. Whether it waits for rows that others have locked, or leaves them out, is for `find` to say.
   */
  lockAndChange(find: Change, changesOf: (rows: readonly Row[]) => readonly Change[]): Promise<readonly Row[]>
}

/** Inserts unless a unique key exists already, or the owner of the row does not; true when it did. */
export async function insertIfAbsent<Item>(session: SqlSession, table: Table<Item>, item: Item): Promise<boolean> {
  try {
    await session.run(...insertion(table, item))
    return true
  } catch (error) {
    if (CheckoutError.isInstance(error) && error.code === 'state_conflict') return false
    throw error
  }
}

/** For changes that hit one row or none. */
export async function updateOne(session: SqlSession, change: Statement, values: Values): Promise<boolean> {
  return (await session.run(change, values)) > 0
}
