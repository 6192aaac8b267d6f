import { describe, expect, it } from 'vitest'
import { paymentIdsInError } from '../src/ports.js'
import { as, openShop, zhang } from './shop.js'

const failureOf = (call: Promise<unknown>) => call.then(() => null, paymentIdsInError)

/** A payment that the buyer may pay. */
async function open() {
  const shop = await openShop()
  const payment = await shop.order()
  await shop.pay(payment)
  const { payNo, orderId } = payment
  return { shop, payment, payNo, orderId }
}

describe('an error names the order and the payment that it concerns', () => {
  it('when a notification cannot be stored', async () => {
    const { shop, payNo } = await open()
    const body = shop.gateway.notify(payNo)
    shop.orderStore.faults.breakDown()
    expect(await failureOf(shop.callbacks.receiveNotify(body))).toEqual({ payNo })
  })

  it('when an order can no longer be paid', async () => {
    const { shop, payment, payNo, orderId } = await open()
    await shop.notify(payment)
    expect(await failureOf(shop.callbacks.openPayPage({ token: payment.token }))).toEqual({ payNo, orderId })
  })

  it('when it cannot be closed', async () => {
    const { shop, orderId } = await open()
    shop.gateway.answer('unknown')
    expect(await failureOf(shop.service.closeOrder(orderId, as(zhang)))).toEqual({ orderId })
  })

  it('when a worker fails at it', async () => {
    const { shop, payNo } = await open()
    shop.orderStore.journal.append = () => Promise.reject(new Error('the disk is full'))
    shop.gateway.answer('unknown')
    await shop.advance(60_000)
    expect(shop.workerErrors.map(([worker, error]) => [worker, paymentIdsInError(error)])).toContainEqual([
      'poller',
      { payNo },
    ])
  })
})
