import { copyOf } from './copy-of.js'

/** Rows by key, in the order of their first insert. Rows are copied on the way in and on the way out. */
export interface TableView<Row> {
  get(key: string): Row | undefined
  all(): Row[]
  set(key: string, row: Row): void
  delete(key: string): void
}

/** One table: what is committed, and what the open unit of work has changed on top of it. */
export interface InMemoryTable<Row> {
  readonly committed: TableView<Row>
  readonly pending: TableView<Row>
  commit(): void
  rollBack(): void
}

export function inMemoryTable<Row>(): InMemoryTable<Row> {
  const rows = new Map<string, Row>()
  const changes = new Map<string, { readonly row: Row } | null>()
  const merged = () => {
    const result = new Map(rows)
    for (const [key, change] of changes) change === null ? result.delete(key) : result.set(key, change.row)
    return result
  }
  const pendingRow = (key: string) => {
    const change = changes.get(key)
    return change === undefined ? rows.get(key) : change?.row
  }
  const commit = () => {
    for (const [key, change] of changes) change === null ? rows.delete(key) : rows.set(key, change.row)
    changes.clear()
  }
  return {
    committed: {
      get: (key) => copyOf(rows.get(key)),
      all: () => [...rows.values()].map(copyOf),
      set: refuseWrite,
      delete: refuseWrite,
    },
    pending: {
      get: (key) => copyOf(pendingRow(key)),
      all: () => [...merged().values()].map(copyOf),
      set: (key, row) => void changes.set(key, { row: copyOf(row) }),
      delete: (key) => void changes.set(key, null),
    },
    commit,
    rollBack: () => changes.clear(),
  }
}

function refuseWrite(): never {
  throw new Error('What is committed changes by a unit of work only.')
}
