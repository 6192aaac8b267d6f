import {
  type Checkout,
  type CheckoutOptions,
  createCheckout,
  type EventDetails,
  type MessagesAdapter,
} from '@coursepay/core'
import { systemClock } from '@coursepay/core/assembly'
import {
  inMemoryLearningStore,
  inMemoryOrderStore,
  inMemoryPaymentGateway,
  nextTurn,
  sequentialIds,
} from '@coursepay/core/fakes'
import type { MessagePublisher } from '@coursepay/core/ports'
import { describe, expect, it, vi } from 'vitest'
import { inProcess } from '../src/index.js'

/** A shop whose store outlives its checkouts. `beforePublish` may hold a message back on its way to the broker. */
function openShop(beforePublish: () => Promise<void> = async () => {}) {
  const gateway = inMemoryPaymentGateway({ clock: systemClock })
  const parts = { orderStore: inMemoryOrderStore(systemClock), learningStore: inMemoryLearningStore() }
  const messages: MessagesAdapter = {
    async open() {
      const broker = await inProcess().open()
      const publish: MessagePublisher['publish'] = async (message) => {
        await beforePublish()
        return await broker.publisher.publish(message)
      }
      return { ...broker, publisher: { ...broker.publisher, publish } }
    },
  }
  const ids = sequentialIds()
  const publishCourses = async () => {}
  const options: CheckoutOptions = {
    store: { open: async () => ({ ...parts, ids, publishCourses, ping: async () => {}, close: async () => {} }) },
    payments: { gateway: gateway.gateway, notifyReader: gateway.notifyReader },
    messages,
    publicUrl: 'https://shop.test/pay',
    products: { ebook: { orderType: '60301', priceOf: () => ({ price: 4_900, name: 'A book' }) } },
  }
  async function buyAndPay(checkout: Checkout) {
    const { payment } = await checkout.buy('zhang', { product: 'ebook', id: 'b-1' })
    if (payment === null) throw new Error('There is no payment.')
    await checkout.orders.callbacks.openPayPage({ token: payment.token })
    gateway.buyer.pay(payment.payNo)
    return () => checkout.orders.callbacks.receiveNotify(gateway.notify(payment.payNo))
  }
  return { open: () => createCheckout(options), buyAndPay }
}

describe('a consumer of events in the same process', () => {
  it('that registers at the start hears of a payment from before the process was started again', async () => {
    const { open, buyAndPay } = openShop()
    const before = await open()
    const notify = await buyAndPay(before)
    await before.stop()
    await notify() // the message is stored, and no relay sends it any more
    const after = await open()
    const mail = vi.fn<(details: EventDetails) => void>()
    for (let step = 0; step < 100; step += 1) await Promise.resolve() // other consumers, say
    await after.on('paid', 'mail', mail)
    await vi.waitFor(() => expect(mail).toHaveBeenCalledOnce())
    await after.stop()
  })

  it('hears of a payment whose message was on its way when the process stopped', async () => {
    const sending = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const { open, buyAndPay } = openShop(() => {
      sending.resolve()
      return release.promise
    })
    const checkout = await open()
    const mail = vi.fn<(details: EventDetails) => void>()
    await checkout.on('paid', 'mail', mail)
    const notify = await buyAndPay(checkout)
    await notify()
    await sending.promise
    const stopped = checkout.stop()
    await nextTurn()
    release.resolve()
    await stopped
    expect(mail).toHaveBeenCalledOnce()
  })
})
