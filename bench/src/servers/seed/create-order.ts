import type { Knex } from 'knex'
import QRCode from 'qrcode'
import type { Row } from '../../databases/rows.js'
import { nextId } from './seed-database.js'

/** The seed's `AddOrderDto`. */
export interface AddOrder {
  readonly outBusinessId: string
  readonly orderType: string
  readonly totalPrice: string
  readonly orderName: string
  readonly orderDetail: string
}

interface Goods {
  readonly goodsId: string
  readonly goodsType: string
  readonly goodsName: string
  readonly goodsPrice: string
}

const fenOf = (yuan: string) => Math.round(Number(yuan) * 100)
const HALF_HOUR_MS = 1_800_000

/** The seed's `createOrder`: order, pay record and QR, all of it within the transaction. */
export function createOrder(database: Knex, userId: string, request: AddOrder, qr: string) {
  return database.transaction(async (transaction) => {
    const order = await saveOrders(transaction, userId, request)
    const payRecord = await createPayRecord(transaction, order)
    const qrcode = await drawQr(`http://192.168.101.1/api/orders/requestpay?payNo=${payRecord.pay_no}`, qr)
    return { ...payRecord, pay_no: String(payRecord.pay_no), order_id: String(payRecord.order_id), qrcode }
  })
}

async function saveOrders(transaction: Knex.Transaction, userId: string, request: AddOrder): Promise<Row> {
  const stored = await transaction('xc_orders').where('out_business_id', request.outBusinessId).first()
  if (stored !== undefined) return stored
  const order = {
    id: nextId(),
    total_price: fenOf(request.totalPrice),
    create_date: Date.now(),
    expire_date: Date.now() + HALF_HOUR_MS,
    status: '600001',
    user_id: userId,
    order_type: '60201',
    order_name: request.orderName,
    order_descrip: null,
    order_detail: request.orderDetail,
    out_business_id: request.outBusinessId,
    // A column of ours that the seed does not have and that takes no NULL.
    version: 1,
  }
  await transaction('xc_orders').insert(order)
  const goods: readonly Goods[] = JSON.parse(request.orderDetail)
  for (const [line, each] of goods.entries()) {
    await transaction('xc_orders_goods').insert({
      order_id: order.id,
      line,
      goods_id: each.goodsId,
      goods_type: each.goodsType,
      goods_name: each.goodsName,
      goods_price: fenOf(each.goodsPrice),
      goods_detail: '',
    })
  }
  return order
}

async function createPayRecord(transaction: Knex.Transaction, { id }: Row) {
  const order = await transaction('xc_orders').where('id', String(id)).first()
  if (order === undefined) throw new Error('订单不存在')
  if (order.status === '600002') throw new Error('订单已支付')
  const number = nextId()
  const payRecord = {
    pay_no: number,
    order_id: order.id,
    order_name: order.order_name,
    total_price: Number(order.total_price),
    currency: 'CNY',
    create_date: Date.now(),
    expire_date: Number(order.expire_date),
    status: '601001',
    user_id: order.user_id,
    // Columns of ours that the seed does not have and that take no NULL.
    token: String(number),
    notify_url: '',
  }
  await transaction('xc_pay_record').insert(payRecord)
  return payRecord
}

/** The seed draws a PNG of 200 × 200; the same with an SVG, to tell the QR's part from the rest. */
async function drawQr(text: string, qr: string): Promise<string> {
  if (qr === 'svg') return `data:image/svg+xml;base64,${btoa(await QRCode.toString(text, { type: 'svg' }))}`
  return QRCode.toDataURL(text, { width: 200 })
}
