import type { OperatorAction, OperatorLog } from '@coursepay/core/ports'
import { readId, readIdOrNull, readNumber, readText, toBigint } from '../sql/row-values.js'
import { type Change, insertIfAbsent, type SqlSession } from '../sql/session.js'
import { LIMIT, param, type Row, type Statement, statement } from '../sql/statement.js'

const insert = statement(({ sql }) =>
  sql('operator_action').insert({
    id: param('id'),
    at: param('at'),
    actor: param('actor'),
    kind: param('kind'),
    subject: param('subject'),
    order_id: param('orderId'),
    reason: param('reason'),
    detail: param('detail'),
  }),
)

export const insertAction = ({ id, orderId, ...action }: OperatorAction): Change => [
  insert,
  { ...action, id: toBigint(id), orderId: orderId === null ? null : toBigint(orderId) },
]

const newest = (column: 'subject' | 'order_id' | null): Statement =>
  statement(({ sql, tableByIndex }) => {
    const actions = sql(tableByIndex('operator_action', column === null ? ['at', 'id'] : [column, 'at', 'id']))
    if (column !== null) actions.where(column, param('subject'))
    return actions.orderBy([...NEWEST_FIRST]).limit(LIMIT)
  })

const NEWEST_FIRST = [
  { column: 'at', order: 'desc' },
  { column: 'id', order: 'desc' },
] as const

const [newestOfAll, newestOfSubject, newestOfOrder] = [newest(null), newest('subject'), newest('order_id')]

/** What an order id can be: other subjects are none. */
const ORDER_ID = /^[1-9]\d{0,18}$/

export function operatorLog(session: SqlSession): OperatorLog {
  return {
    async append(action) {
      await insertIfAbsent(session, ...insertAction(action))
    },
    async listOf(subject, limit) {
      if (subject === null) return (await session.all(newestOfAll, { limit })).map(toAction)
      const named = await session.all(newestOfSubject, { subject, limit })
      const ofOrder = ORDER_ID.test(subject)
        ? await session.all(newestOfOrder, { subject: toBigint(subject), limit })
        : []
      const byId = new Map([...named, ...ofOrder].map((row) => [readId(row, 'id'), toAction(row)]))
      return [...byId.values()].sort(newestFirst).slice(0, limit)
    },
  }
}

const newestFirst = (one: OperatorAction, other: OperatorAction): number =>
  other.at - one.at || (toBigint(other.id) < toBigint(one.id) ? -1 : 1)

const toAction = (row: Row): OperatorAction => ({
  id: readId(row, 'id'),
  at: readNumber(row, 'at'),
  actor: readText(row, 'actor'),
  kind: readText(row, 'kind'),
  subject: readText(row, 'subject'),
  orderId: readIdOrNull(row, 'order_id'),
  reason: readText(row, 'reason'),
  detail: readText(row, 'detail'),
})
