import { type BuyerOrders, type BuyerOrdersPage, type Order, OrderStatus } from '../../src/index.js'
import { buyerOrdersContract, sampleUserId } from '../../testing/contracts/index.js'
import { orderStoresHarness } from '../harnesses/order-stores-harness.js'
import { inBuyerOrders, inOrders, leakingErrors, untranslatedErrors } from './in-order-stores.js'
import { forgetful, readsUncommitted, sabotaged } from './sabotage.js'

/** Spoils each page that is shown. */
const pageAs = (spoil: (page: BuyerOrdersPage, ...asked: Parameters<BuyerOrders['page']>) => BuyerOrdersPage) =>
  inBuyerOrders(({ page }) => ({
    page: async (userId, offset, limit) => spoil(await page(userId, offset, limit), userId, offset, limit),
  }))

/** Spoils each order that is stored. */
const storedAs = (spoil: (order: Order) => Order) =>
  inOrders(({ insertOrRead }) => ({ insertOrRead: (order) => insertOrRead(spoil(order)) }))

const byNumber = ({ id: some }: Order, { id: other }: Order) => Number(other) - Number(some)

export const buyerOrdersSabotage = sabotaged(buyerOrdersContract, orderStoresHarness, {
  // Orders without their goods, as a read of one table alone gives them.
  'shows an order with its goods as it was stored': pageAs(({ orders, total }) => ({
    orders: orders.map((order) => ({ ...order, goods: [] })),
    total,
  })),

  'shows nothing to a user without orders': pageAs(({ orders }) => ({ orders, total: 1 })),
  'shows a user no other user’s orders': storedAs((order) => ({ ...order, userId: sampleUserId })),

  // As a column with a collation that is blind to case.
  'tells users apart by upper and lower case': storedAs((order) => ({
    ...order,
    userId: order.userId.toLowerCase() as Order['userId'],
  })),

  'shows an order in the state that it is in now': pageAs(({ orders, total }) => ({
    orders: orders.map((order) => ({ ...order, status: OrderStatus.unpaid })),
    total,
  })),

  'shows the newest first': pageAs(({ orders, total }) => ({ orders: [...orders].reverse(), total })),

  // Compares ids as numbers: those two are one to a float, and stay as they were stored.
  'shows of one moment the higher id first, above 2^53 too': pageAs(({ orders, total }) => ({
    orders: [...orders].reverse().sort(byNumber),
    total,
  })),

  'shows a page, and the total of all': pageAs(({ orders }) => ({ orders, total: orders.length })),
  'shows nobody an order before its unit of work commits': readsUncommitted,
  'shows the orders of before a restart': forgetful(orderStoresHarness),

  'shares no object with its callers': (harness) => {
    let kept: BuyerOrdersPage | null = null
    return inBuyerOrders(({ page }) => ({
      async page(userId, offset, limit) {
        kept ??= await page(userId, offset, limit)
        return kept
      },
    }))(harness)
  },

  'fails with store_unavailable when the store cannot be reached': untranslatedErrors,
  'leaves no secret in its errors': leakingErrors,
})
