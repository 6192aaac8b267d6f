import type { RetainedKind, Retention } from '@coursepay/core/ports'
import type { TableName } from '../schema/table-names.js'
import type { SqlSession } from '../sql/session.js'
import { columnsEqualCondition, inCondition, type Row, raw, sql } from '../sql/sql.js'

/** An index begins with `time`; `id` names a row within an owner, or alone. */
interface RetainedTable {
  readonly table: TableName
  readonly time: string
  readonly owner: readonly string[]
  readonly id: string
}

const retainedTableByKind: Readonly<Record<RetainedKind, RetainedTable>> = {
  evidence: { table: 'evidence_journal', time: 'received_at', owner: [], id: 'sequence' },
  dead_letter: { table: 'mq_message', time: 'dead_at', owner: [], id: 'id' },
  query_slot: { table: 'query_slot', time: 'next_at', owner: [], id: 'pay_no' },
  handled_message: { table: 'handled_message', time: 'handled_at', owner: ['consumer'], id: 'message_id' },
}

export const createRetention = (session: SqlSession): Retention => ({
  async deleteBefore(kind, before, limit) {
    const { table, time, owner, id } = retainedTableByKind[kind]
    const { tables, skipLocked } = session.syntax
    // Rows that others have locked are left for another time, to wait for nobody.
    const oldRows = sql`SELECT ${raw([...owner, id].join(', '))} FROM ${tables[table]} WHERE ${raw(time)} < ${before}
      ORDER BY ${raw(time)} LIMIT ${limit} ${skipLocked}`
    const ownerIn = (row: Row) => owner.map((column) => row[column] ?? null)
    const rows = await session.lockAndChange(oldRows, (found) =>
      [...Map.groupBy(found, (row) => String(ownerIn(row))).values()].map((group) => {
        const hasOwner =
          owner.length === 0 ? sql`` : sql`${columnsEqualCondition(owner, group.slice(0, 1).flatMap(ownerIn))} AND`
        const ids = group.map((row) => row[id] ?? null)
        return sql`DELETE FROM ${tables[table]} WHERE ${hasOwner} ${inCondition(id, ids)}`
      }),
    )
    return rows.length
  },
})
