import { expect, it } from 'vitest'
import { text } from '../../src/demo-shop/api.js'
import { createRabbitNames, findRabbit, named } from '../support/services.js'
import { openShopProcess, order } from '../support/shop-process.js'
import { until } from '../support/until.js'
import { openDetour } from './support/detour.js'

const rabbit = await findRabbit()
const title =
  'given a broker that cannot be reached while a buyer pays, then the notification is answered success, and the course comes when the broker is back'

it.skipIf(rabbit.missing !== null)(named(title, rabbit), async () => {
  await using started = new AsyncDisposableStack()
  const names = started.use(await createRabbitNames(rabbit.url))
  const wire = started.use(await openDetour(rabbit.url))
  const shop = started.use(await openShopProcess())
  await shop.start({ ...names.environment, AMQP_URL: wire.url, AMQP_QUEUE: names.queue('learning') })
  const ready = async () => (await fetch(`${shop.address()}/readyz`)).status
  const zhang = await shop.as('zhang')
  const payment = await order(zhang)

  wire.goAway()
  await until(ready, (status) => status === 503)
  expect((await shop.sandbox.buyer.pay(text(payment, 'payUrl'))).result).toBe('paid')
  await shop.sandbox.settled()
  const [notification] = shop.sandbox.notifications()
  expect(notification?.attempts.map(({ answer }) => answer)).toEqual(['success'])
  expect(await zhang.get(`/api/orders/payresult?payNo=${text(payment, 'payNo')}`)).toMatchObject({ status: '601002' })
  expect(await zhang.get('/api/learning/mycoursetable')).toMatchObject({ counts: 0 })

  wire.comeBack()
  await until(
    () => zhang.get('/api/learning/mycoursetable'),
    ({ counts }) => counts === 1,
  )
  expect(await ready()).toBe(200)
})
