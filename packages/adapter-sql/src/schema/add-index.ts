import type { Knex } from 'knex'
import type { SqlDialect } from './column-types.js'
import { indexName } from './table-definition.js'

/** Gives a table that is there already one more index; what exists is left alone. */
export async function addIndex(
  knex: Knex,
  dialect: SqlDialect,
  table: string,
  columns: readonly string[],
): Promise<void> {
  const name = indexName(table, columns)
  if (dialect === 'mysql' && (await existsOnMysql(knex, table, name))) return
  const guard = dialect === 'sqlite' ? 'IF NOT EXISTS ' : ''
  await knex.raw(`CREATE INDEX ${guard}${name} ON ${table} (${columns.join(', ')})`)
}

/** MySQL has no CREATE INDEX IF NOT EXISTS. */
async function existsOnMysql(knex: Knex, table: string, name: string): Promise<boolean> {
  const found = await knex('information_schema.statistics')
    .where({ table_schema: knex.raw('DATABASE()'), table_name: table, index_name: name })
    .first(knex.raw('1 AS found'))
  return found !== undefined
}
