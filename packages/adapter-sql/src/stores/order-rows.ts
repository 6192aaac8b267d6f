import type { Order, OrderGoods } from '@coursepay/core'
import { readId, readNumber, readText, readTextOrNull, toBigint } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { param, type Row, statement } from '../sql/statement.js'

const findGoods = statement(({ sql }) => sql('xc_orders_goods').where('order_id', param('orderId')).orderBy('line'))

/** Orders with their goods, which are read for each. */
export const withGoods = (session: SqlSession, rows: readonly Row[]): Promise<Order[]> =>
  Promise.all(
    rows.map(async (row) => {
      const goods = await session.all(findGoods, { orderId: toBigint(readId(row, 'id')) })
      return toOrder(row, goods.map(toGoods))
    }),
  )

export const toOrder = (row: Row, goods: readonly OrderGoods[]): Order => ({
  id: readId(row, 'id'),
  outBusinessId: readText(row, 'out_business_id'),
  userId: readText(row, 'user_id'),
  orderType: readText(row, 'order_type'),
  totalPrice: readNumber(row, 'total_price'),
  orderName: readText(row, 'order_name'),
  orderDescrip: readTextOrNull(row, 'order_descrip'),
  orderDetail: readText(row, 'order_detail'),
  goods,
  status: readText(row, 'status'),
  createDate: readNumber(row, 'create_date'),
  expireDate: readNumber(row, 'expire_date'),
})

export const toGoods = (row: Row): OrderGoods => ({
  goodsId: readText(row, 'goods_id'),
  goodsType: readText(row, 'goods_type'),
  goodsName: readText(row, 'goods_name'),
  goodsPrice: readNumber(row, 'goods_price'),
  goodsDetail: readText(row, 'goods_detail'),
})
