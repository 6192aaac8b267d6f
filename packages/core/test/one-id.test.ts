import { expect, it } from 'vitest'
import type { ReceivedPayResultMessage } from '../src/ports.js'
import { openShop, zhang } from './shop.js'

it('one id leads from a choice over its order and message to the row of the course table', async () => {
  const shop = await openShop()
  const messages: ReceivedPayResultMessage[] = []
  await shop.broker.subscriber.subscribe('witness', async (message) => void messages.push(message))
  const { id } = await shop.choose()
  const payment = await shop.buy()
  await shop.advance(0)
  expect((await shop.orderOf(payment)).outBusinessId).toBe(id)
  expect(messages.map(({ businessKey1 }) => businessKey1)).toEqual([id])
  const { entries } = await shop.learning.myCourseTable(zhang, 1, 10)
  expect(entries.map(({ chooseCourseId }) => chooseCourseId)).toEqual([id])
  expect(shop.workerErrors).toEqual([])
})
