import { expect, it } from 'vitest'
import { openShop } from '../../../test/shop.js'
import { OrderStatus, PayStatus } from '../../index.js'
import { closeUnpaid } from './close-order.js'

it('given an attempt that is added while the gateway is asked, in the very millisecond of the last one, then the order stays open', async () => {
  const shop = await openShop()
  const { orderId } = await shop.order()
  const close = closeUnpaid(shop.orderStores, async () => {
    await shop.order()
    return 'done'
  })
  await close(orderId)
  expect((await shop.orderStores.stores.orders.find(orderId))?.status).toBe(OrderStatus.unpaid)
  const attempts = await shop.orderStores.stores.payRecords.listOf(orderId)
  expect(attempts.map(({ status }) => status)).toEqual([PayStatus.unpaid, PayStatus.unpaid])
})
