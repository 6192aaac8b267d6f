import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import { CheckoutError } from '@coursepay/core'

// #region file
/**
 * The database of this example: all rows in one file. A read gets a copy of them. A change gets one too, and the result
 * is moved into place as a whole. For one process, and for as many rows as fit into memory.
 */
export function snapshotFile<Rows>(path: string, empty: Rows) {
  const load = (): Rows => deserialize(readFileSync(path))
  const save = (rows: Rows) => {
    writeFileSync(`${path}.new`, serialize(rows), { flush: true })
    renameSync(`${path}.new`, path)
  }
  async function attempt<Result>(action: () => Result): Promise<Result> {
    try {
      return action()
    } catch {
      // Without its cause, whose message may quote the path.
      throw new CheckoutError('store_unavailable', 'The file of the store cannot be read or written.')
    }
  }
  return {
    create: () => attempt(() => save(empty)),
    read: <Result>(query: (rows: Rows) => Result) => attempt(() => query(load())),
    /** After a `conflict` nothing is stored. */
    write: <Result>(change: (rows: Rows) => Result) =>
      attempt(() => {
        const rows = load()
        const result = change(rows)
        if (result !== 'conflict') save(rows)
        return result
      }),
  }
}
// #endregion

export type SnapshotFile<Rows> = ReturnType<typeof snapshotFile<Rows>>

type Key = number | bigint | string

/** By the first key; rows that have the same by the next one. */
export const sortBy = <Row>(rows: Iterable<Row>, ...keys: readonly ((row: Row) => Key)[]): Row[] =>
  [...rows].sort((one, other) => {
    const key = keys.find((each) => each(one) !== each(other))
    return key === undefined ? 0 : key(one) < key(other) ? -1 : 1
  })

/** Adds a row unless there is one of this key. */
export function addOnce<Row>(rows: Map<string, Row>, key: string, row: Row): void {
  if (!rows.has(key)) rows.set(key, row)
}

export const byId = ({ id }: { readonly id: string }): bigint => BigInt(id)
