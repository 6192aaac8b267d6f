import { CheckoutError } from '@coursepay/core'
import type { Query, Row, SqlSyntax } from './sql.js'
import { insertQuery, type Table } from './table.js'

export interface ReadSession {
  readonly syntax: SqlSyntax
  all(query: Query): Promise<readonly Row[]>
  /** Makes one call of `read` of many of the same time. `read` answers each key in its place. */
  batchReads<Key, Result>(read: (keys: readonly Key[]) => Promise<readonly Result[]>): (key: Key) => Promise<Result>
}

/** `batchReads` in a host's transaction, on whose connection the host's own statements may come between. */
export const createUnbatchedRead: ReadSession['batchReads'] = (read) => async (key) => {
  const [result] = await read([key])
  if (result === undefined) throw new TypeError('A read returned fewer results than it has keys.')
  return result
}

/**
 * Where statements run, each in a transaction of its own. Every method throws `store_unavailable`, or `state_conflict`
 * when a unique key exists already or the row that another belongs to does not.
 */
export interface SqlSession extends ReadSession {
  /** Outcome: how many rows the statement changed. */
  run(change: Query): Promise<number>
  /**
   * Outcome: the rows that `find` reads and locks (`FOR UPDATE`), once the changes of them are done in the same
   * transaction. Whether it waits for rows that others have locked, or leaves them out, is for `find` to say.
   */
  lockAndChange(find: Query, changesOf: (rows: readonly Row[]) => readonly Query[]): Promise<readonly Row[]>
}

/** Inserts unless a unique key exists already, or the owner of the row does not; true when it did. */
export async function insertIfAbsent<Item>(session: SqlSession, table: Table<Item>, item: Item): Promise<boolean> {
  try {
    await session.run(insertQuery(session.syntax, table, [table.cellsOf(item)]))
    return true
  } catch (error) {
    if (CheckoutError.isInstance(error) && error.code === 'state_conflict') return false
    throw error
  }
}
