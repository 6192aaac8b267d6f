import { type Order, type OrderId, PayStatus } from '@coursepay/core'
import type { OrderRepository, OrderViews } from '@coursepay/core/ports'
import { comparatorByAge } from '../sql/comparator-by-age.js'
import { readId, readNumber, readText } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { type Row, type Sql, type SqlSyntax, sql } from '../sql/sql.js'
import { searchOrders } from './order-search.js'

/**
 * Refunds that failed while their money is still here: it paid no order, or an operator refunds it otherwise. The
 * latter while the amount is still left, and no newer refund of the payment was opened.
 */
const failedRefundStillOwedCondition = ({ refund, xc_pay_record }: SqlSyntax['tables']): Sql => sql`
  EXISTS (SELECT 1 FROM ${xc_pay_record} p WHERE p.pay_no = r.pay_no AND p.status = ${PayStatus.paid})
  AND (cause IN ('surplus', 'late') OR cause = 'operator'
    AND amount <= (SELECT total_price FROM ${xc_pay_record} p WHERE p.pay_no = r.pay_no)
      - COALESCE((SELECT SUM(other.amount) FROM ${refund} other WHERE other.pay_no = r.pay_no AND other.status <> 'failed'), 0)
    AND NOT EXISTS (SELECT 1 FROM ${refund} newer WHERE newer.pay_no = r.pay_no AND newer.create_date > r.finish_date))`

/** Lists are found by their indexes; the orders in them are read as whole aggregates. */
export function createOrderViews(session: SqlSession, orders: Pick<OrderRepository, 'findMany'>): OrderViews {
  const { tables, byIndex } = session.syntax
  /** In the sequence of the ids, which may name an order twice. */
  const ordersOf = async (ids: readonly OrderId[]): Promise<Order[]> => {
    const found = new Map((await orders.findMany([...new Set(ids)])).map((order) => [order.id, order]))
    return ids.flatMap((id) => found.get(id) ?? [])
  }
  const counted = async (table: Sql) => {
    const rows = await session.all(sql`SELECT status, COUNT(*) AS total FROM ${table} GROUP BY status`)
    return Object.fromEntries(rows.map((row) => [readText<string>(row, 'status'), readNumber(row, 'total')]))
  }
  const refundsThat = (condition: Sql, limit: number) =>
    session.all(sql`SELECT id, order_id, create_date FROM ${byIndex('refund', ['status', 'create_date', 'id'], 'r')}
      WHERE ${condition} ORDER BY create_date, id LIMIT ${limit}`)
  return {
    async pageOf(userId, offset, limit) {
      const ofUser = sql`FROM ${tables.xc_orders} WHERE user_id = ${userId}`
      const rows = await session.all(
        sql`SELECT id ${ofUser} ORDER BY create_date DESC, id DESC LIMIT ${limit} OFFSET ${offset}`,
      )
      const [count = {}] = await session.all(sql`SELECT COUNT(*) AS total ${ofUser}`)
      return { orders: await ordersOf(rows.map((row) => readId(row, 'id'))), total: readNumber(count, 'total') }
    },
    async search(filter, after, limit) {
      const positions = await searchOrders(session, filter, after, limit + 1)
      const page = positions.slice(0, limit)
      const next = positions.length > limit ? (page.at(-1) ?? null) : null
      return { orders: await ordersOf(page.map(({ id }) => id)), next }
    },
    async openRefunds(limit) {
      const pending = await refundsThat(sql`status = 'pending'`, limit)
      const failed = await refundsThat(sql`status = 'failed' AND ${failedRefundStillOwedCondition(tables)}`, limit)
      const rows = [...pending, ...failed].sort(compareOldestFirst).slice(0, limit)
      const found = await ordersOf(rows.map(orderIdOf))
      return rows.flatMap((row, index) => found[index]?.refunds.find(({ id }) => id === readId(row, 'id')) ?? [])
    },
    async heldPayments(limit) {
      const rows = await session.all(sql`SELECT pay_no, order_id FROM ${tables.xc_pay_record}
        WHERE status = ${PayStatus.paid} AND receipt = 'held' ORDER BY create_date, pay_no LIMIT ${limit}`)
      const found = await ordersOf(rows.map(orderIdOf))
      return rows.flatMap(
        (row, index) => found[index]?.payments.find(({ payNo }) => payNo === readId(row, 'pay_no')) ?? [],
      )
    },
    counts: async () => ({
      orders: await counted(tables.xc_orders),
      payments: await counted(tables.xc_pay_record),
      refunds: await counted(tables.refund),
    }),
  }
}

const orderIdOf = (row: Row) => readId<OrderId>(row, 'order_id')

const compareOldestFirst = comparatorByAge<Row>((row) => [readNumber(row, 'create_date'), row.id])
