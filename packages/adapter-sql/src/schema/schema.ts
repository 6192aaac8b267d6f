import type { Naming } from './table-definition.js'

/**
 * What a statement changes of the tables: what `columnsOf` and `hasIndex` answer afterwards where nothing is really
 * run.
 */
export interface SchemaModel {
  readonly columns: Map<string, string[]>
  /** By table and name, with a space between. */
  readonly indexes: Set<string>
}

/** Where a migration runs, or is written down. */
export interface Schema extends Naming {
  run(sql: string, effect?: (model: SchemaModel) => void): Promise<void>
  /** None when there is no such table. */
  columnsOf(table: string): Promise<readonly string[]>
  hasIndex(table: string, name: string): Promise<boolean>
}

/** A real database. */
export interface DatabaseSchema extends Schema {
  /** The names of the steps that it has taken. */
  stepsTaken(): Promise<readonly string[]>
}

/** Notes the statements that a migration would run, on tables that begin with none. */
export function recordedSchema(naming: Naming): Schema & { readonly statements: readonly string[] } {
  const statements: string[] = []
  const model: SchemaModel = { columns: new Map(), indexes: new Set() }
  return {
    ...naming,
    statements,
    async run(sql, effect) {
      statements.push(sql)
      effect?.(model)
    },
    columnsOf: async (table) => model.columns.get(table) ?? [],
    hasIndex: async (table, name) => model.indexes.has(`${table} ${name}`),
  }
}
