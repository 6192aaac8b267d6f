import { expect, it } from 'vitest'
import type { ReceivedMessage } from '../src/index.js'
import { openShop, zhang } from './shop.js'

it('given a paid course, then one id leads from the choice over order and message to the row of the course table', async () => {
  const shop = await openShop()
  const messages: ReceivedMessage[] = []
  await shop.broker.subscriber.subscribe('overhears', async (message) => void messages.push(message))
  const { id } = await shop.choose()
  const attempt = await shop.order()
  await shop.pay(attempt)
  await shop.notify(attempt)
  await shop.advance(0)
  expect((await shop.orderTables.stores.orders.find(attempt.orderId))?.outBusinessId).toBe(id)
  expect(messages.map(({ businessKey1 }) => businessKey1)).toEqual([id])
  const { entries } = await shop.lessons.myCourseTable(zhang, 1, 10)
  expect(entries.map(({ chooseCourseId }) => chooseCourseId)).toEqual([id])
})
