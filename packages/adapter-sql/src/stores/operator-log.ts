import type { OperatorAction, OperatorLog } from '@coursepay/core/ports'
import { toBigint } from '../sql/row-values.js'
import { byAge, newestFirst } from '../sql/sequence.js'
import { insertIfAbsent, type SqlSession } from '../sql/session.js'
import { LIMIT, param, type Statement, statement } from '../sql/statement.js'
import { operatorActions } from '../sql/tables.js'

const newest = (column: 'subject' | 'order_id' | null): Statement =>
  statement(({ sql, tableByIndex }) => {
    const actions = sql(tableByIndex('operator_action', column === null ? ['at', 'id'] : [column, 'at', 'id']))
    if (column !== null) actions.where(column, param('subject'))
    return actions.orderBy(newestFirst('at', 'id')).limit(LIMIT)
  })

const [newestOfAll, newestOfSubject, newestOfOrder] = [newest(null), newest('subject'), newest('order_id')]

/** What an order id can be: other subjects are none. */
const ORDER_ID = /^[1-9]\d{0,18}$/

export function operatorLog(session: SqlSession): OperatorLog {
  return {
    async append(action) {
      await insertIfAbsent(session, operatorActions, action)
    },
    async listOf(subject, limit) {
      if (subject === null) return (await session.all(newestOfAll, { limit })).map(operatorActions.read)
      const named = await session.all(newestOfSubject, { subject, limit })
      const ofOrder = ORDER_ID.test(subject)
        ? await session.all(newestOfOrder, { subject: toBigint(subject), limit })
        : []
      const byId = new Map([...named, ...ofOrder].map(operatorActions.read).map((action) => [action.id, action]))
      return [...byId.values()].sort(oldestFirst).reverse().slice(0, limit)
    },
  }
}

const oldestFirst = byAge<OperatorAction>(
  ({ at }) => at,
  ({ id }) => id,
)
