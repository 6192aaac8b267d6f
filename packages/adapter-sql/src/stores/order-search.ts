import type { OrderId } from '@coursepay/core'
import type { OrderFilter, OrderPosition } from '@coursepay/core/ports'
import type { Knex } from 'knex'
import { readId, readNumber, toBigint } from '../sql/row-values.js'
import { byAge, newestFirst } from '../sql/sequence.js'
import type { SqlSession } from '../sql/session.js'
import { asKnexValue, type Row, type SqlContext, statement } from '../sql/statement.js'

/** A key that names a few orders at most: all of them are read, and put in sequence here. */
const MAX_FOUND_BY_KEY = 1_000

/** Outcome: where the orders that match stand, newest first, behind `after`, up to `limit`. */
export async function searchOrders(
  session: SqlSession,
  filter: OrderFilter,
  after: OrderPosition | null,
  limit: number,
): Promise<readonly OrderPosition[]> {
  const { outPayNo } = filter
  const ids = outPayNo === undefined ? null : await findPaid(session, outPayNo)
  if (ids?.length === 0) return []
  const isNamed = ids !== null || filter.orderId !== undefined || filter.outBusinessId !== undefined
  const search = statement((context) => {
    const query = narrowed(isNamed ? context.sql('xc_orders') : tableInSequence(context, filter), filter, after)
    if (ids !== null) query.whereIn('id', ids.map(asKnexValue))
    return isNamed ? query.limit(MAX_FOUND_BY_KEY) : query.orderBy(newestFirst('create_date', 'id')).limit(limit)
  })
  const found = (await session.all(search, {})).map(toPosition)
  return isNamed ? found.sort(oldestFirst).reverse().slice(0, limit) : found
}

/** Orders with a payment of this number at the gateway. */
async function findPaid(session: SqlSession, outPayNo: string): Promise<bigint[]> {
  const paid = statement(({ sql }) =>
    sql('xc_pay_record').select('order_id').where('out_pay_no', outPayNo).limit(MAX_FOUND_BY_KEY),
  )
  return (await session.all(paid, {})).map((row) => toBigint(readId(row, 'order_id')))
}

/**
 * By the index that is in the sequence of the page: a page costs its own rows, and those that the other conditions
 * leave out.
 */
function tableInSequence({ sql, tableByIndex }: SqlContext, { userId, status }: OrderFilter): Knex.QueryBuilder {
  if (userId !== undefined) return sql(tableByIndex('xc_orders', ['user_id', 'create_date', 'id']))
  if (status !== undefined) return sql(tableByIndex('xc_orders', ['status', 'create_date', 'id']))
  return sql(tableByIndex('xc_orders', ['create_date', 'id', 'total_price']))
}

function narrowed(query: Knex.QueryBuilder, filter: OrderFilter, after: OrderPosition | null): Knex.QueryBuilder {
  const { status, userId, orderId, outBusinessId, from, to, minAmount, maxAmount } = filter
  query.select('id', 'create_date')
  if (status !== undefined) query.where('status', status)
  if (userId !== undefined) query.where('user_id', userId)
  if (orderId !== undefined) query.where('id', asKnexValue(toBigint(orderId)))
  if (outBusinessId !== undefined) query.where('out_business_id', outBusinessId)
  if (from !== undefined) query.where('create_date', '>=', from)
  if (to !== undefined) query.where('create_date', '<', to)
  if (minAmount !== undefined) query.where('total_price', '>=', minAmount)
  if (maxAmount !== undefined) query.where('total_price', '<=', maxAmount)
  return after === null ? query : afterPosition(query, after)
}

/** The first condition is what the index is entered by. */
const afterPosition = (query: Knex.QueryBuilder, { createDate, id }: OrderPosition): Knex.QueryBuilder =>
  query
    .where('create_date', '<=', createDate)
    .where((other) => void other.where('create_date', '<', createDate).orWhere('id', '<', asKnexValue(toBigint(id))))

const toPosition = (row: Row): OrderPosition => ({
  createDate: readNumber(row, 'create_date'),
  id: readId<OrderId>(row, 'id'),
})

const oldestFirst = byAge<OrderPosition>(
  ({ createDate }) => createDate,
  ({ id }) => id,
)
