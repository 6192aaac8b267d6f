import type { EpochMs } from '@coursepay/core'
import type { RetainedKind, Retention } from '@coursepay/core/ports'
import type { TableName } from '../schema/table-names.js'
import type { SqlSession } from '../sql/session.js'
import { asKnexValue, type Change, LIMIT, param, type Row, type Statement, statement } from '../sql/statement.js'

interface Retained {
  readonly table: TableName
  /** An index begins with it. */
  readonly time: string
  readonly key: readonly string[]
}

const kinds: Readonly<Record<RetainedKind, Retained>> = {
  evidence: { table: 'evidence_journal', time: 'received_at', key: ['sequence'] },
  dead_letter: { table: 'mq_message', time: 'dead_at', key: ['id'] },
  query_slot: { table: 'query_slot', time: 'next_at', key: ['pay_no'] },
  handled_message: { table: 'handled_message', time: 'handled_at', key: ['consumer', 'message_id'] },
}

/** Rows that others have locked are left for another time, so that the deletion waits for nobody. */
const findOld = ({ table, time, key }: Retained): Statement =>
  statement(({ sql, skipLocked }) =>
    skipLocked(
      sql(table)
        .select(...key)
        .where(time, '<', param('before'))
        .orderBy(time)
        .limit(LIMIT),
    ),
  )

const findOldByKind = new Map(Object.entries(kinds).map(([kind, retained]) => [kind, findOld(retained)]))

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
  const find = findOldByKind.get(kind)
  if (find === undefined) throw new TypeError(`Nothing of the kind ${kind} is retained.`)
  const rows = await session.lockAndChange([find, { before, limit }], (old) => [deleteRows(kinds[kind], old)])
  return rows.length
}

export const retention = (session: SqlSession): Retention => ({
  deleteBefore: (kind, before, limit) => deleteOldest(session, kind, before, limit),
})
