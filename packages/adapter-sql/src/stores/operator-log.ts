import type { OperatorAction, OperatorLog } from '@coursepay/core/ports'
import { comparatorByAge } from '../sql/comparator-by-age.js'
import { insertIfAbsent, type SqlSession } from '../sql/session.js'
import { type Sql, sql } from '../sql/sql.js'
import { operatorActionsTable } from '../sql/tables.js'

/** What the column holds. MySQL refuses to compare it with anything else. */
const SUBJECT_PATTERN = /^[\x21-\x7e]+$/
/** What an order id can be: other subjects are none. */
const ORDER_ID_PATTERN = /^[1-9]\d{0,18}$/

export function createOperatorLog(session: SqlSession): OperatorLog {
  const { byIndex } = session.syntax
  const newest = async (from: Sql, limit: number) =>
    (await session.all(sql`SELECT * FROM ${from} ORDER BY at DESC, id DESC LIMIT ${limit}`)).map(
      operatorActionsTable.read,
    )
  return {
    async append(action) {
      await insertIfAbsent(session, operatorActionsTable, action)
    },
    async listOf(subject, limit) {
      if (subject === null) return await newest(byIndex('operator_action', ['at', 'id']), limit)
      if (!SUBJECT_PATTERN.test(subject)) return []
      const [bySubject, byOrder] = [
        byIndex('operator_action', ['subject', 'at', 'id']),
        byIndex('operator_action', ['order_id', 'at', 'id']),
      ]
      const named = await newest(sql`${bySubject} WHERE subject = ${subject}`, limit)
      const ofOrder = ORDER_ID_PATTERN.test(subject)
        ? await newest(sql`${byOrder} WHERE order_id = ${BigInt(subject)}`, limit)
        : []
      const byId = new Map([...named, ...ofOrder].map((action) => [action.id, action]))
      return [...byId.values()].sort(compareOldestFirst).reverse().slice(0, limit)
    },
  }
}

const compareOldestFirst = comparatorByAge<OperatorAction>(({ at, id }) => [at, id])
