import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
// #region vitest
import { courseId, fen, userId } from '@coursepay/core'
import { inMemoryCheckout } from '@coursepay/core/fakes'
import { expect, it } from 'vitest'

const java = { courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }

it('a course that is paid stands in the course table', async () => {
  const shop = await inMemoryCheckout({ courses: [java] })
  const { choice } = await shop.learning.service.chooseCourse(userId('zhang'), java.courseId)
  const payment = await shop.orders.service.createOrder(userId('zhang'), shop.orderRequestForChoice(choice))
  await shop.pay(payment)
  await shop.notify(payment)
  await shop.advance(0) // the message reaches the learning centre
  expect(await shop.learning.service.myCourseTable(userId('zhang'), 1, 10)).toMatchObject({ total: 1 })
})
// #endregion

// #region lost
it('a course whose notification was lost is found by the poller', async () => {
  const shop = await inMemoryCheckout({ courses: [java] })
  const { choice } = await shop.learning.service.chooseCourse(userId('zhang'), java.courseId)
  const payment = await shop.orders.service.createOrder(userId('zhang'), shop.orderRequestForChoice(choice))
  await shop.pay(payment)
  await shop.advance(60_000)
  expect(await shop.learning.service.myCourseTable(userId('zhang'), 1, 10)).toMatchObject({ total: 1 })
})
// #endregion

it('the example of node:test passes', () => {
  const program = join(import.meta.dirname, '../dist/snippets/node-test/main.js')
  expect(execFileSync(process.execPath, ['--test', program], { encoding: 'utf8' })).toMatch(/pass 1\b/)
})
