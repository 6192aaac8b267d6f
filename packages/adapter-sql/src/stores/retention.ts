import type { EpochMs } from '@coursepay/core'
import type { RetainedKind, Retention } from '@coursepay/core/ports'
import type { TableName } from '../schema/table-names.js'
import type { SqlSession } from '../sql/session.js'
import { asKnexValue, type Change, LIMIT, param, type Row, type Statement, statement } from '../sql/statement.js'

interface Retained {
  readonly table: TableName
  readonly key: readonly string[]
  readonly find: Statement
}

/** An index begins with `time`. Rows that others have locked are left for another time, to wait for nobody. */
const retained = (table: TableName, time: string, key: readonly string[]): Retained => ({
  table,
  key,
  find: statement(({ sql, skipLocked }) =>
    skipLocked(
      sql(table)
        .select(...key)
        .where(time, '<', param('before'))
        .orderBy(time)
        .limit(LIMIT),
    ),
  ),
})

const kinds: Readonly<Record<RetainedKind, Retained>> = {
  evidence: retained('evidence_journal', 'received_at', ['sequence']),
  dead_letter: retained('mq_message', 'dead_at', ['id']),
  query_slot: retained('query_slot', 'next_at', ['pay_no']),
  handled_message: retained('handled_message', 'handled_at', ['consumer', 'message_id']),
}

const deleteRows = ({ table, key }: Retained, rows: readonly Row[]): Change => [
  statement(({ sql }) =>
    sql(table)
      .whereIn(
        [...key],
        rows.map((row) => key.map((column) => asKnexValue(row[column] ?? null))),
      )
      .delete(),
  ),
  {},
]

export async function deleteOldest(
  session: SqlSession,
  kind: RetainedKind,
  before: EpochMs,
  limit: number,
): Promise<number> {
  const { find } = kinds[kind]
  const rows = await session.lockAndChange([find, { before, limit }], (old) => [deleteRows(kinds[kind], old)])
  return rows.length
}

export const retention = (session: SqlSession): Retention => ({
  deleteBefore: (kind, before, limit) => deleteOldest(session, kind, before, limit),
})
