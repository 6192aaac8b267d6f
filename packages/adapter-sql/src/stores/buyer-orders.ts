import type { BuyerOrders } from '@coursepay/core'
import { readNumber } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { LIMIT, OFFSET, param, statement } from '../sql/statement.js'
import { withGoods } from './order-rows.js'

const pageOfUser = statement(({ sql }) =>
  sql('xc_orders')
    .where('user_id', param('userId'))
    .orderBy([
      { column: 'create_date', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(LIMIT)
    .offset(OFFSET),
)

const countOfUser = statement(({ sql }) => sql('xc_orders').where('user_id', param('userId')).count({ total: '*' }))

export function buyerOrders(session: SqlSession): BuyerOrders {
  return {
    async page(userId, offset, limit) {
      const rows = await session.all(pageOfUser, { userId, offset, limit })
      const count = (await session.get(countOfUser, { userId })) ?? {}
      return { orders: await withGoods(session, rows), total: readNumber(count, 'total') }
    },
  }
}
