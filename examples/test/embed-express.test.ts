/// <reference path="../src/embed-express/express4.d.ts" />
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { CheckoutError, courseId, fen, type PaymentCallbacks, userId } from '@coursepay/core'
import { inMemoryCheckout } from '@coursepay/core/fakes'
import express from 'express'
import express4 from 'express4'
import { afterEach, describe, expect, it } from 'vitest'
import { addNotifyRoute, handleNotification } from '../src/embed-express/notify-route.js'

const course = { courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }
const CONTENT_TYPES = [
  'application/x-www-form-urlencoded; text/html; charset=UTF-8',
  'application/x-www-form-urlencoded; text/html; charset=GBK',
  'application/x-www-form-urlencoded',
  '',
]

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Posts one body to the notify route of an app whose own parsers come after it. */
async function notify(
  framework: typeof express,
  callbacks: PaymentCallbacks,
  contentType: string,
  body: Uint8Array<ArrayBuffer>,
) {
  const app = framework()
  if (framework === express) addNotifyRoute(app, callbacks)
  // its own raw()
  else app.post('/pay/api/orders/receivenotify', framework.raw({ type: () => true }), handleNotification(callbacks))
  app.use(framework.urlencoded({ extended: false }), framework.json())
  const server = app.listen(0, '127.0.0.1')
  closing.push(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const headers = { 'content-type': contentType }
  const response = await fetch(`http://127.0.0.1:${port}/pay/api/orders/receivenotify`, {
    method: 'POST',
    headers,
    body,
  })
  return { status: response.status, answer: await response.text() }
}

describe.each([
  ['Express 4', express4],
  ['Express 5', express],
])('the notify route on %s', (_, framework) => {
  it.each(CONTENT_TYPES)('given Content-Type "%s", then what the gateway signed is booked', async (contentType) => {
    const shop = await inMemoryCheckout({ courses: [course] })
    const { choice } = await shop.learning.service.chooseCourse(userId('zhang'), course.courseId)
    const payment = await shop.orders.service.createOrder(userId('zhang'), shop.orderRequestForChoice(choice))
    await shop.pay(payment)
    const body = Uint8Array.from(shop.gateway.notify(payment.payNo))
    const answered = await notify(framework, shop.orders.callbacks, contentType, body)
    expect(answered).toEqual({ status: 200, answer: 'success' })
  })

  it('given an empty body, then answers fail', async () => {
    const { callbacks } = (await inMemoryCheckout({ courses: [course] })).orders
    const answered = await notify(framework, callbacks, CONTENT_TYPES[0] ?? '', new Uint8Array())
    expect(answered).toEqual({ status: 200, answer: 'fail' })
  })

  it('given a store that is down, then answers 503, so that the gateway comes again', async () => {
    const { callbacks } = (await inMemoryCheckout({ courses: [course] })).orders
    const down = { ...callbacks, receiveNotify: () => Promise.reject(new CheckoutError('store_unavailable', 'down')) }
    const answered = await notify(framework, down, CONTENT_TYPES[0] ?? '', new TextEncoder().encode('a=1'))
    expect(answered).toEqual({ status: 503, answer: 'fail' })
  })
})
