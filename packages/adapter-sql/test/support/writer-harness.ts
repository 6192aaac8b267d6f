import type { Clock, Order, Payment } from '@coursepay/core'
import { systemClock, systemScheduler } from '@coursepay/core/assembly'
import type { JournalEntry, OrderCommit, OrderRepository } from '@coursepay/core/ports'
import { readMysqlAddress } from '../../src/mysql/mysql-address.js'
import { createMysqlEngine } from '../../src/mysql/mysql-engine.js'
import type { SqlEngine } from '../../src/sql/engine.js'
import { openSqliteEngine } from '../../src/sqlite/sqlite-engine.js'
import { createOrderRepository } from '../../src/stores/order-repository.js'
import { orderMapping } from '../../src/writer/order-mapping.js'

let lastId = BigInt(Date.now()) * 1_000n
export const nextId = (): string => String(++lastId)

/** An order with one unpaid payment. */
export function newOrder(change: Partial<Order> = {}): Order {
  const id = change.id ?? (nextId() as Order['id'])
  const order = {
    id,
    outBusinessId: `choice-${id}`,
    orderType: '60201',
    userId: 'user-1',
    totalPrice: 9_900,
    orderName: '《Java》 o\'clock \\ "quoted"',
    orderDescrip: null,
    orderDetail: JSON.stringify([{ goodsId: '7', goodsType: '60201', goodsName: 'Java', goodsPrice: '99.00' }]),
    status: '600001',
    createDate: 1_000,
    expireDate: 2_000,
    version: 1,
    refunds: [],
    payments: [],
    ...change,
  } as unknown as Order
  return change.payments === undefined ? { ...order, payments: [newPayment(order)] } : order
}

export function newPayment(order: Order, change: Partial<Payment> = {}): Payment {
  const payNo = nextId()
  return {
    payNo,
    orderId: order.id,
    userId: order.userId,
    orderName: order.orderName,
    totalPrice: order.totalPrice,
    status: '601001',
    createDate: 1_000,
    expireDate: 2_000,
    token: `token-${payNo}`,
    notifyUrl: 'https://shop.example/notify',
    returnUrl: null,
    outPayNo: null,
    outPayChannel: null,
    paySuccessTime: null,
    receipt: null,
    ...change,
  } as Payment
}

export const newEntry = (change: Partial<JournalEntry> = {}): JournalEntry => ({
  id: nextId(),
  source: 'notify',
  receivedAt: 1_500,
  outTradeNo: '7',
  body: new Uint8Array([0, 39, 92, 255]),
  verdict: 'booked',
  ...change,
})

/** A commit with nothing beside the order. */
export const commitOf = (before: Order | null, after: Order, change: Partial<OrderCommit> = {}): OrderCommit => ({
  before,
  after,
  messages: [],
  journal: [],
  actions: [],
  schedule: [],
  ...change,
})

/** The next version of an order. */
export const raise = (order: Order, change: Partial<Order> = {}): Order => ({
  ...order,
  version: order.version + 1,
  ...change,
})

export interface OpenedOrders {
  readonly engine: SqlEngine
  readonly orders: OrderRepository
}

const opened = (engine: SqlEngine): OpenedOrders => ({
  engine,
  orders: createOrderRepository(engine.session, engine.committer(orderMapping)),
})

interface Options {
  readonly clock?: Clock
  readonly busyTimeoutMs?: number
  readonly tablePrefix?: string
}

export const ordersOnSqlite = async (file: string, options: Options = {}): Promise<OpenedOrders> =>
  opened(
    await openSqliteEngine({
      file,
      temporary: false,
      scheduler: systemScheduler,
      clock: systemClock,
      busyTimeoutMs: 5_000,
      tablePrefix: '',
      ...options,
    }),
  )

export const ordersOnMysql = (url: string, options: Options = {}): OpenedOrders =>
  opened(
    createMysqlEngine({
      address: readMysqlAddress(url),
      scheduler: systemScheduler,
      busyTimeoutMs: 5_000,
      tablePrefix: '',
      ...options,
    }),
  )
