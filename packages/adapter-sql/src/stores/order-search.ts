import type { OrderId } from '@coursepay/core'
import type { OrderFilter, OrderPosition } from '@coursepay/core/ports'
import { comparatorByAge } from '../sql/comparator-by-age.js'
import { readId, readNumber } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { inCondition, join, type Row, type Sql, type SqlSyntax, sql } from '../sql/sql.js'

/** A key that names a few orders at most: all of them are read, and put in sequence here. */
const MAX_ORDERS_BY_KEY = 1_000

/** Outcome: where the orders that match stand, newest first, behind `after`, up to `limit`. */
export async function searchOrders(
  session: SqlSession,
  filter: OrderFilter,
  after: OrderPosition | null,
  limit: number,
): Promise<readonly OrderPosition[]> {
  const ids = filter.outPayNo === undefined ? null : await findOrderKeysByTradeNo(session, filter.outPayNo)
  if (ids?.length === 0) return []
  const conditions = conditionsOf(filter, ids, after)
  const where = conditions.length === 0 ? sql`` : sql`WHERE ${join(conditions, ' AND ')}`
  const isNamed = ids !== null || filter.orderId !== undefined || filter.outBusinessId !== undefined
  if (!isNamed) {
    const page = sql`${where} ORDER BY create_date DESC, id DESC LIMIT ${limit}`
    return orderPositionsOf(
      await session.all(sql`SELECT id, create_date FROM ${chooseOrderPageIndex(session.syntax, filter)} ${page}`),
    )
  }
  const { xc_orders } = session.syntax.tables
  const found = sql`SELECT id, create_date FROM ${xc_orders} ${where} LIMIT ${MAX_ORDERS_BY_KEY}`
  return orderPositionsOf(await session.all(found))
    .sort(compareOldestFirst)
    .reverse()
    .slice(0, limit)
}

/** Orders with a payment of this number at the gateway. */
async function findOrderKeysByTradeNo(session: SqlSession, outPayNo: string): Promise<bigint[]> {
  const { xc_pay_record } = session.syntax.tables
  const paid = sql`SELECT order_id FROM ${xc_pay_record} WHERE out_pay_no = ${outPayNo} LIMIT ${MAX_ORDERS_BY_KEY}`
  return (await session.all(paid)).map((row) => BigInt(readId(row, 'order_id')))
}

/**
 * By the index that is in the sequence of the page: a page costs its own rows, and those that the other conditions
 * leave out.
 */
function chooseOrderPageIndex({ byIndex }: SqlSyntax, { userId, status }: OrderFilter): Sql {
  if (userId !== undefined) return byIndex('xc_orders', ['user_id', 'create_date', 'id'])
  if (status !== undefined) return byIndex('xc_orders', ['status', 'create_date', 'id'])
  return byIndex('xc_orders', ['create_date', 'id', 'total_price'])
}

function conditionsOf(filter: OrderFilter, ids: readonly bigint[] | null, after: OrderPosition | null): Sql[] {
  const { status, userId, orderId, outBusinessId, from, to, minAmount, maxAmount } = filter
  return [
    status !== undefined && sql`status = ${status}`,
    userId !== undefined && sql`user_id = ${userId}`,
    orderId !== undefined && sql`id = ${BigInt(orderId)}`,
    outBusinessId !== undefined && sql`out_business_id = ${outBusinessId}`,
    from !== undefined && sql`create_date >= ${from}`,
    to !== undefined && sql`create_date < ${to}`,
    minAmount !== undefined && sql`total_price >= ${minAmount}`,
    maxAmount !== undefined && sql`total_price <= ${maxAmount}`,
    ids !== null && inCondition('id', ids),
    // The index is entered by the first of these conditions.
    after !== null &&
      sql`create_date <= ${after.createDate} AND (create_date < ${after.createDate} OR id < ${BigInt(after.id)})`,
  ].filter((condition) => condition !== false)
}

const orderPositionsOf = (rows: readonly Row[]): OrderPosition[] =>
  rows.map((row) => ({ createDate: readNumber(row, 'create_date'), id: readId<OrderId>(row, 'id') }))

const compareOldestFirst = comparatorByAge<OrderPosition>(({ createDate, id }) => [createDate, id])
