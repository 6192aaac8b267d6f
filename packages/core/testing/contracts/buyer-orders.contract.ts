import type { Order } from '../../src/orders/domain/order.js'
import type { OrderGoods } from '../../src/orders/domain/order-goods.js'
import { userId } from '../../src/shared/identifiers.js'
import { OrderStatus } from '../../src/shared/status-codes.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { otherUserId, SAMPLE_TIME, sampleGoods, sampleId, sampleOrder, sampleUserId } from './sample-data.js'
import { keepsSecrets, type OrderStoresHarness, rolledBack, tamper, unavailable } from './store-harness.js'

/** An order of the sample user, the higher its number the newer. */
const orderOf = (count: number, changes: Partial<Order> = {}): Order =>
  sampleOrder(count, { createDate: SAMPLE_TIME + count, ...changes })

async function withOrders({ stores }: OrderStoresHarness, ...orders: Order[]) {
  for (const order of orders) await stores.orders.insertOrRead(order)
  return stores.buyerOrders
}

const everyCall = ({ stores: { buyerOrders } }: OrderStoresHarness) => [buyerOrders.page(sampleUserId, 0, 10)]

export const buyerOrdersContract = defineContract<OrderStoresHarness>()('BuyerOrders', {
  'shows an order with its goods as it was stored': async (harness) => {
    const goods = [sampleGoods({ goodsId: 'b' }), sampleGoods({ goodsId: 'a', goodsDetail: '{"页":1}' })]
    const order = orderOf(1, { goods, orderDescrip: null })
    const buyerOrders = await withOrders(harness, order)
    equal(await buyerOrders.page(sampleUserId, 0, 10), { orders: [order], total: 1 })
  },

  'shows nothing to a user without orders': async ({ stores: { buyerOrders } }) => {
    equal(await buyerOrders.page(sampleUserId, 0, 10), { orders: [], total: 0 })
  },

  'shows a user no other user’s orders': async (harness) => {
    const buyerOrders = await withOrders(harness, orderOf(1), orderOf(2, { userId: otherUserId }))
    equal(await buyerOrders.page(sampleUserId, 0, 10), { orders: [orderOf(1)], total: 1 })
  },

  'tells users apart by upper and lower case': async (harness) => {
    const buyerOrders = await withOrders(harness, orderOf(1), orderOf(2, { userId: userId('USER-7') }))
    equal(await buyerOrders.page(sampleUserId, 0, 10), { orders: [orderOf(1)], total: 1 })
  },

  'shows an order in the state that it is in now': async (harness) => {
    const buyerOrders = await withOrders(harness, orderOf(1), orderOf(2))
    await harness.stores.orders.change(orderOf(1).id, { from: OrderStatus.unpaid, to: OrderStatus.paid })
    const paid = orderOf(1, { status: OrderStatus.paid })
    equal(await buyerOrders.page(sampleUserId, 0, 10), { orders: [orderOf(2), paid], total: 2 })
  },

  'shows the newest first': async (harness) => {
    const buyerOrders = await withOrders(harness, orderOf(2), orderOf(3), orderOf(1))
    equal((await buyerOrders.page(sampleUserId, 0, 10)).orders, [orderOf(3), orderOf(2), orderOf(1)])
  },

  'shows of one moment the higher id first, above 2^53 too': async (harness) => {
    const [some, other] = [sampleOrder(1), sampleOrder(2)]
    ensure(Number(some.id) === Number(other.id), 'The two ids are one number to a float.')
    const buyerOrders = await withOrders(harness, other, some)
    equal(
      (await buyerOrders.page(sampleUserId, 0, 10)).orders.map(({ id }) => id),
      [sampleId(2), sampleId(1)],
    )
  },

  'shows a page, and the total of all': async (harness) => {
    const buyerOrders = await withOrders(harness, orderOf(1), orderOf(2), orderOf(3))
    equal(await buyerOrders.page(sampleUserId, 1, 1), { orders: [orderOf(2)], total: 3 })
    equal(await buyerOrders.page(sampleUserId, 2, 10), { orders: [orderOf(1)], total: 3 })
    equal(await buyerOrders.page(sampleUserId, 3, 10), { orders: [], total: 3 })
  },

  'shows nobody an order before its unit of work commits': async (harness) => {
    const seen: Promise<unknown>[] = []
    await rolledBack(harness, async ({ orders, buyerOrders }) => {
      await orders.insertOrRead(orderOf(1))
      seen.push(harness.stores.buyerOrders.page(sampleUserId, 0, 10))
      equal((await buyerOrders.page(sampleUserId, 0, 10)).total, 1, 'the total that the unit itself sees')
    })
    equal(await Promise.all(seen), [{ orders: [], total: 0 }])
  },

  'shows the orders of before a restart': async (harness) => {
    await withOrders(harness, orderOf(1))
    await harness.reopen()
    equal(await harness.stores.buyerOrders.page(sampleUserId, 0, 10), { orders: [orderOf(1)], total: 1 })
  },

  'shares no object with its callers': async (harness) => {
    const buyerOrders = await withOrders(harness, orderOf(1))
    for (const { goods } of (await buyerOrders.page(sampleUserId, 0, 10)).orders) {
      tamper(() => void (goods as OrderGoods[]).push(sampleGoods({ goodsId: 'slipped in' })))
    }
    equal((await buyerOrders.page(sampleUserId, 0, 10)).orders, [orderOf(1)])
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) => keepsSecrets(harness, () => everyCall(harness)),
})
