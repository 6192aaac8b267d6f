import { CheckoutError } from '@coursepay/core'
import { readText } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { statement } from '../sql/statement.js'
import { MIGRATION_TABLE, migrationNames } from './migrations.js'

/** Throws `invalid_request` unless the tables are those of this version. Changes nothing. */
export async function checkMigrations(session: SqlSession): Promise<void> {
  const done = statement(({ sql }) => sql(MIGRATION_TABLE).select('name'))
  const names = new Set((await session.all(done, {})).map((row) => readText<string>(row, 'name')))
  const missing = migrationNames.filter((name) => !names.has(name))
  if (missing.length > 0) {
    throw new CheckoutError(
      'invalid_request',
      `The database lacks the migrations ${missing.join(', ')}: run "coursepay-sql migrate" first.`,
    )
  }
  if (names.size > migrationNames.length) {
    throw new CheckoutError('invalid_request', 'The database was made by a newer version of coursepay than this one.')
  }
}
