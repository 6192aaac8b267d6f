import assert from 'node:assert/strict'
import { test } from 'node:test'
import { courseId, fen, userId } from '@coursepay/core'
import { inMemoryCheckout } from '@coursepay/core/fakes'

const java = { courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }

test('an order that nobody pays is closed', async () => {
  const shop = await inMemoryCheckout({ courses: [java] })
  const { choice } = await shop.learning.service.chooseCourse(userId('zhang'), java.courseId)
  const { orderId } = await shop.orders.service.createOrder(userId('zhang'), shop.orderRequestForChoice(choice))
  await shop.advance(31 * 60_000)
  const order = await shop.orderStore.orders.find({ id: orderId })
  assert.equal(order?.status, '600003')
})
