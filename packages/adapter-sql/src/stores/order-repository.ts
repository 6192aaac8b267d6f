import { CheckoutError, type Order, type OrderRepository, OrderStatus, type PayRecord } from '@coursepay/core'
import type { Knex } from 'knex'
import { readNumber, toBigint } from '../sql/row-values.js'
import { changesOne, insertOnce, type SqlSession } from '../sql/session.js'
import { LIMIT, lookUp, param, type SqlContext, type Statement, statement, type Values } from '../sql/statement.js'
import { toGoods, toOrder, withGoods } from './order-rows.js'
import { insertPayRecord, removePayRecord } from './pay-record-repository.js'

const insertOrder = statement(({ sql }) =>
  sql('xc_orders').insert({
    id: param('id'),
    out_business_id: param('outBusinessId'),
    user_id: param('userId'),
    order_type: param('orderType'),
    total_price: param('totalPrice'),
    order_name: param('orderName'),
    order_descrip: param('orderDescrip'),
    order_detail: param('orderDetail'),
    status: param('status'),
    create_date: param('createDate'),
    expire_date: param('expireDate'),
  }),
)

/** Refused unless the order is there. */
const insertGoods = statement(({ sql }) =>
  sql('xc_orders_goods').insert({
    order_id: param('orderId'),
    line: param('line'),
    goods_id: param('goodsId'),
    goods_type: param('goodsType'),
    goods_name: param('goodsName'),
    goods_price: param('goodsPrice'),
    goods_detail: param('goodsDetail'),
  }),
)

const removeGoods = statement(({ sql }) =>
  sql('xc_orders_goods')
    .where({ order_id: param('orderId'), line: param('line') })
    .delete(),
)

/** An order once for each of its goods, in no order: one round trip where two reads would be two. */
const orderWhere = (matches: (query: Knex.QueryBuilder, context: SqlContext) => Knex.QueryBuilder) =>
  lookUp((context) => matches(context.sql('xc_orders').leftJoin('xc_orders_goods', 'order_id', 'id'), context))
const findById = orderWhere((query, { unplanned }) => query.where('id', unplanned(param('id'))))
const findByBusinessId = orderWhere((query, { unplanned }) => query.where('out_business_id', unplanned(param('id'))))
const findByPayNo = lookUp(({ sql, unplanned }) =>
  sql('xc_pay_record')
    .join('xc_orders', 'xc_orders.id', 'xc_pay_record.order_id')
    .leftJoin('xc_orders_goods', 'xc_orders_goods.order_id', 'xc_orders.id')
    .select('xc_orders.*', 'xc_orders_goods.*', 'pay_no')
    .where('pay_no', unplanned(param('id'))),
)

const changeStatus = statement(({ sql }) =>
  sql('xc_orders')
    .where({ id: param('id'), status: param('from') })
    .where('expire_date', sql.raw('coalesce(?, ??)', [param('fromExpireDate'), 'expire_date']))
    .update({ status: param('to'), expire_date: sql.raw('coalesce(?, ??)', [param('expireDate'), 'expire_date']) }),
)

const overdue = statement(({ sql }) =>
  sql('xc_orders')
    .where('status', OrderStatus.unpaid)
    .where('expire_date', '<=', param('now'))
    .orderBy(['expire_date', 'id'])
    .limit(LIMIT),
)

export function orderRepository(session: SqlSession): OrderRepository {
  return {
    insertOrRead: (order, first) => session.atomically((unit) => insertOrRead(unit, order, first)),
    find: (id) => findOrder(session, findById, { id: toBigint(id) }),
    findBy: (key) =>
      'payNo' in key
        ? findOrder(session, findByPayNo, { id: toBigint(key.payNo) })
        : findOrder(session, findByBusinessId, { id: key.outBusinessId }),
    change: (id, { from, to, fromExpireDate = null, expireDate = null }) =>
      changesOne(session, changeStatus, { id: toBigint(id), from, to, fromExpireDate, expireDate }),
    listOverdue: async (now, limit) => withGoods(session, await session.all(overdue, { now, limit })),
  }
}

interface Stored {
  readonly order: Order
  readonly inserted: boolean
}

/** All of it is asked for in one turn; what follows from the answers comes then. */
async function insertOrRead(unit: SqlSession, order: Order, first?: PayRecord): Promise<Stored> {
  const { id, goods, ...columns } = order
  const orderId = toBigint(id)
  const [inserted, attempt, ...lines] = await Promise.allSettled([
    insertOnce(unit, insertOrder, { ...columns, id: orderId }),
    first === undefined ? null : insertPayRecord(unit, first),
    ...goods.map((good, line) => insertOnce(unit, insertGoods, { ...good, orderId, line })),
  ])
  const isInserted = outcomeOf(inserted)
  const written = lines.map(outcomeOf)
  if (isInserted && attempt.status === 'rejected') throw attempt.reason
  if (isInserted) return { order: { ...order, goods: goods.map((good) => ({ ...good })) }, inserted: true }
  if (first !== undefined && attempt.status === 'fulfilled') await removePayRecord(unit, first)
  // Goods that were taken went to another order of this number.
  for (const line of written.keys()) if (written[line]) await unit.run(removeGoods, { orderId, line })
  return readStored(unit, order)
}

function outcomeOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}

async function readStored(unit: SqlSession, order: Order): Promise<Stored> {
  const stored = await findOrder(unit, findByBusinessId, { id: order.outBusinessId })
  if (stored === null) throw new CheckoutError('state_conflict', 'Another order has this number.')
  return { order: stored, inserted: false }
}

async function findOrder(session: SqlSession, find: Statement, values: Values): Promise<Order | null> {
  const rows = await session.all(find, values)
  const [row] = rows
  if (row === undefined) return null
  const lines = rows.filter(({ line }) => line !== null)
  lines.sort((some, other) => readNumber(some, 'line') - readNumber(other, 'line'))
  return toOrder(row, lines.map(toGoods))
}
