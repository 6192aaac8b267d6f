/**
 * Where the rows of a store are, and the only way to them: a variable, a file, one column of a database. `orderStoreIn`
 * and `learningStoreIn` make a whole store of it. Rows are maps of plain data, which `structuredClone` copies and
 * `serialize` of `node:v8` writes. A stored row is replaced, never changed in place.
 */
export interface RowStorage<Rows> {
  /**
   * Outcome: what `query` answers. It changes no row, and its answer shares no object with the rows: they need not be
   * copied. Errors: `store_unavailable`. Concurrency: it sees all of a change, or nothing.
   */
  read<Result>(query: (rows: Rows) => Result): Promise<Result>
  /**
   * Outcome: what `change` answers, once the rows are durable as it left them, all or nothing. When it answers
   * `conflict` it has changed none. Errors: `store_unavailable`: nothing is known of the outcome. Concurrency: one
   * change at a time, on the rows as the last one left them. Repeated call: `change` has no effect but on the rows, so
   * that a storage may run it again on rows that it has read again.
   */
  write<Result>(change: (rows: Rows) => Result): Promise<Result>
}
