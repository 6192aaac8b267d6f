import { CheckoutError, courseId, courses, createCheckout, fen, payNo } from '@coursepay/core'
import {
  inMemoryBroker,
  inMemoryLearningStore,
  inMemoryOrderStore,
  inMemoryPaymentGateway,
  manualScheduler,
  sequentialIds,
  settableClock,
} from '@coursepay/core/fakes'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkoutMetrics, checkoutRoutes, createCheckoutApp } from '../src/index.js'
import { openShop, payCode } from './shop.js'

const metricsOf = async (shop: Awaited<ReturnType<typeof openShop>>, changes = {}) => {
  const gauges = checkoutMetrics({ store: { orderStore: shop.orderStore, ...changes } }, shop.clock)
  const app = createCheckoutApp({
    gauges,
    authenticate: () => Promise.reject(new CheckoutError('not_authenticated', 'x')),
    publicBaseUrl: 'https://pay.example.com',
    log: shop.log,
  })
  return async () => (await app.request('/metrics')).text()
}

describe('checkoutMetrics', () => {
  it('shows orders, payments and the outbox by state, and how long the oldest has waited', async () => {
    const shop = await openShop()
    const read = await metricsOf(shop)
    shop.broker.answer('refuse')
    const { path, payNo: number } = await payCode(shop)
    await shop.nobody.get(path)
    shop.gateway.buyer.pay(payNo(number))
    await shop.app.request('/api/orders/receivenotify', { method: 'POST', body: shop.gateway.notify(payNo(number)) })
    shop.clock.advance(5_000)
    const text = await read()
    expect(text).toContain('\ncoursepay_orders{state="600002"} 1\n')
    expect(text).toContain('\ncoursepay_pay_records{state="601002"} 1\n')
    expect(text).toContain('\ncoursepay_outbox_messages{state="waiting"} 1\n')
    expect(text).toContain('\ncoursepay_outbox_messages{state="dead"} 0\n')
    expect(text).toContain('\ncoursepay_outbox_oldest_seconds 5\n')
    expect(text).toContain('\ncoursepay_oldest_seconds{what="overdue_order"} 0\n')
  })

  it('counts the states once in 15 seconds, however often they are scraped', async () => {
    const shop = await openShop()
    const read = await metricsOf(shop)
    expect(await read()).not.toContain('coursepay_orders{')
    await payCode(shop)
    expect(await read()).not.toContain('coursepay_orders{')
    shop.clock.advance(15_001)
    expect(await read()).toContain('\ncoursepay_orders{state="600001"} 1\n')
  })

  it('shows retries where the store counts them', async () => {
    const shop = await openShop()
    expect(await (await metricsOf(shop))()).not.toMatch(/^coursepay_store_conflict_retries /m)
    expect(await (await metricsOf(shop, { conflictRetries: () => 3 }))()).toContain(
      '\ncoursepay_store_conflict_retries 3\n',
    )
  })

  it('is what the routes of a checkout show', async () => {
    const clock = settableClock()
    const gateway = inMemoryPaymentGateway({ clock })
    const orderStore = inMemoryOrderStore(clock)
    const course = { courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }
    const store = {
      ...{ orderStore, learningStore: inMemoryLearningStore([course]), ids: sequentialIds() },
      ...{ publishCourses: async () => {}, ping: async () => {}, close: async () => {} },
    }
    const broker = inMemoryBroker(manualScheduler(clock))
    const messages = { ...broker, ping: async () => {}, close: async () => {} }
    const checkout = await createCheckout({
      store: { open: async () => store },
      payments: gateway,
      messages: { open: async () => messages },
      publicUrl: 'https://shop.example/pay',
      products: { course: courses([course]) },
    })
    onTestFinished(() => checkout.stop())
    await checkout.buy('zhang', { product: 'course', id: '1' })
    const text = await (await checkoutRoutes(checkout, { user: () => null }).request('/metrics')).text()
    expect(text).toContain('\ncoursepay_orders{state="600001"} 1\n')
  })
})
