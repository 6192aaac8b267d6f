import 'reflect-metadata'
import { Container } from 'inversify'
import { expect, it } from 'vitest'
import { inMemoryAdapters } from '../test/in-memory-adapters.js'
import { paidCourse } from '../test/shop.js'
import { CheckoutToken, checkoutModule, PortToken } from './container.js'
import { type Checkout, courses } from './index.js'

it('a container with the adapters and a shop opens the checkout once', async () => {
  const container = new Container()
  await container.load(checkoutModule)
  const { store, payments, messages, isClosed } = inMemoryAdapters()
  const shop = { publicUrl: 'https://shop.test/pay/', products: { course: courses([paidCourse]) } }
  container.bind(PortToken.store).toConstantValue(store)
  container.bind(PortToken.payments).toConstantValue(payments)
  container.bind(PortToken.messages).toConstantValue(messages)
  container.bind(PortToken.shop).toConstantValue(shop)
  const checkout = await container.getAsync<Checkout>(CheckoutToken)
  expect(await container.getAsync<Checkout>(CheckoutToken)).toBe(checkout)
  const { payUrl } = await checkout.buy('zhang', { product: 'course', id: paidCourse.courseId })
  expect(payUrl).toMatch(/^https:\/\/shop\.test\/pay\/p\//)
  await checkout.stop()
  expect(isClosed()).toBe(true)
})
