import { type Order, type OrderId, OrderStatus, type OrderStores, orderId, outBusinessId } from '../../src/index.js'
import { type OrderStoresHarness, orderRepositoryContract, sampleOrder } from '../../testing/contracts/index.js'
import { orderStoresHarness } from '../harnesses/order-stores-harness.js'
import { inOrders, leakingErrors, untranslatedErrors } from './in-order-stores.js'
import { forgetful, inStores, readsUncommitted, rounded, sabotaged, withoutTransaction } from './sabotage.js'

/** Spoils each order that is found. */
const foundAs = (spoil: (order: Order) => Order) =>
  inOrders((orders) => ({
    async find(id) {
      const order = await orders.find(id)
      return order === null ? null : spoil(order)
    },
  }))

/** Goods of refused orders, which stay behind with the order that has their id. */
const strayGoods = new Map<OrderId, Order['goods']>()

export const orderRepositorySabotage = sabotaged(orderRepositoryContract, orderStoresHarness, {
  'stores an order with its goods and hands it back as it was': foundAs((order) => ({
    ...order,
    goods: [...order.goods].sort((some, other) => (some.goodsId < other.goodsId ? -1 : 1)),
  })),

  'keeps an order without a description': foundAs((order) => ({ ...order, orderDescrip: order.orderDescrip ?? '' })),

  'finds an order by its business id': inOrders((orders) => ({
    findBy: async (key) => (await orders.findBy(key)) && orders.find(sampleOrder(1).id),
  })),

  // Takes the number of the pay record for the order's.
  'finds an order by any of its pay records': inOrders((orders) => ({
    findBy: (key) => ('payNo' in key ? orders.find(orderId(key.payNo)) : orders.findBy(key)),
  })),

  'answers null for an order that is not there': inOrders((orders) => ({
    findBy: async (key) => (await orders.findBy(key)) ?? orders.find(sampleOrder().id),
  })),

  'keeps ids above 2^53 apart': inOrders((orders) => ({
    insertOrRead: (order) => orders.insertOrRead({ ...order, id: rounded(order.id) }),
    find: (id) => orders.find(rounded(id)),
  })),

  'keeps amounts exact, up to the largest payment': foundAs((order) => ({
    ...order,
    totalPrice: Math.fround(order.totalPrice) as Order['totalPrice'],
    goods: order.goods.map((line) => ({ ...line, goodsPrice: Math.fround(line.goodsPrice) as typeof line.goodsPrice })),
  })),

  'tells business ids apart by upper and lower case': inOrders((orders) => ({
    insertOrRead: (order) =>
      orders.insertOrRead({ ...order, outBusinessId: outBusinessId(order.outBusinessId.toLowerCase()) }),
  })),

  'hands out the stored order when it is inserted again': inOrders((orders) => ({
    insertOrRead: async (order) => ({ ...(await orders.insertOrRead(order)), order }),
  })),

  'stores an order together with its first pay record': inOrders((orders) => ({
    insertOrRead: (order) => orders.insertOrRead(order),
  })),

  'stores no pay record with an order that is there already': (harness) =>
    inStores<OrderStores, OrderStoresHarness>(harness, ({ orders, payRecords, ...others }) => ({
      ...others,
      payRecords,
      orders: {
        ...orders,
        async insertOrRead(order, first) {
          const stored = await orders.insertOrRead(order)
          if (first !== undefined) await payRecords.insert(first).catch(() => {})
          return stored
        },
      },
    })),

  // One after the other, and not in one transaction.
  'stores no order with a pay record whose number is taken': (harness) =>
    inStores<OrderStores, OrderStoresHarness>(harness, ({ orders, payRecords, ...others }) => ({
      ...others,
      payRecords,
      orders: {
        ...orders,
        async insertOrRead(order, first) {
          const stored = await orders.insertOrRead(order)
          if (first !== undefined) await payRecords.insert(first)
          return stored
        },
      },
    })),

  // Ignores whatever key is taken, as INSERT IGNORE does, and hands out what was to be stored.
  'refuses an id that another order has with state_conflict': inOrders((orders) => ({
    insertOrRead: (order) => orders.insertOrRead(order).catch(() => ({ order, inserted: false })),
  })),

  'gives an order no goods of another that has its id, also in a unit that goes on': inOrders((orders) => ({
    async insertOrRead(order, first) {
      try {
        return await orders.insertOrRead(order, first)
      } catch (error) {
        strayGoods.set(order.id, order.goods.slice(1))
        throw error
      }
    },
    async find(id) {
      const order = await orders.find(id)
      return order && { ...order, goods: [...order.goods, ...(strayGoods.get(id) ?? [])] }
    },
  })),

  // Looks first and inserts then: right for one caller, wrong for two.
  'inserts one order for many callers at once': inOrders((orders) => ({
    async insertOrRead(order) {
      const absent = (await orders.findBy({ outBusinessId: order.outBusinessId })) === null
      const answer = await orders.insertOrRead(order)
      return { ...answer, inserted: absent }
    },
  })),

  'inserts one order for many units of work at once': inOrders((orders, bound) => ({
    async insertOrRead(order) {
      const answer = await orders.insertOrRead(order)
      return bound ? { ...answer, inserted: true } : answer
    },
  })),

  'changes the state of an order that is as expected, and nothing else': inOrders((orders) => ({
    async change(id, change) {
      await orders.change(sampleOrder(2).id, change)
      return orders.change(id, change)
    },
  })),

  'moves the expiry when told to': inOrders((orders) => ({
    change: (id, { from, to }) => orders.change(id, { from, to }),
  })),

  'changes nothing when the order is in another state': inOrders((orders) => ({
    async change(id, change) {
      if (change.from !== OrderStatus.closed) return orders.change(id, change)
      return orders.change(id, { ...change, from: (await orders.find(id))?.status ?? change.from })
    },
  })),

  'changes nothing when the expiry is not the expected one': inOrders((orders) => ({
    change: (id, { fromExpireDate: _forgotten, ...change }) => orders.change(id, change),
  })),

  'answers false to a change of an order that is not there': inOrders((orders) => ({
    change: async (id, change) => (await orders.change(id, change)) || (await orders.find(id)) === null,
  })),

  'answers false to a repeated change': inOrders((orders) => ({
    change: async (id, change) => (await orders.change(id, change)) || (await orders.find(id))?.status === change.to,
  })),

  // What MySQL counts unless told otherwise: rows that differ, not rows that matched.
  'answers true to a repeated change that leaves the state as it is': inOrders((orders) => ({
    async change(id, change) {
      const before = await orders.find(id)
      const matched = await orders.change(id, change)
      const same = before?.status === change.to && before.expireDate === (change.expireDate ?? before.expireDate)
      return matched && !same
    },
  })),

  // Reads, decides, and writes without looking again.
  'lets one of many competing changes win': inOrders((orders) => ({
    async change(id, change) {
      const before = await orders.find(id)
      if (before?.status !== change.from) return false
      return (await orders.change(id, change)) || before.status === OrderStatus.unpaid
    },
  })),

  'lists the unpaid orders that are overdue, the longest overdue first': inOrders((orders) => ({
    listOverdue: async (now, limit) => [...(await orders.listOverdue(now, limit))].reverse(),
  })),

  'lists no more overdue orders than asked for': inOrders((orders) => ({
    listOverdue: (now) => orders.listOverdue(now, 1_000),
  })),

  'shows nobody an order before its unit of work commits': readsUncommitted,
  'takes back what a failed unit of work did': withoutTransaction,
  'keeps an order over a restart': forgetful(orderStoresHarness),

  'shares no object with its callers': (harness) => {
    const kept = new Map<string, Order>()
    return inOrders((orders) => ({
      async insertOrRead(order) {
        kept.set(order.id, order)
        return orders.insertOrRead(order)
      },
      find: async (id) => kept.get(id) ?? null,
    }))(harness)
  },

  'fails with store_unavailable when the store cannot be reached': untranslatedErrors,
  'leaves no secret in its errors': leakingErrors,
})
