import { describe, expect, it } from 'vitest'
import { courses, fen, OrderStatus, userId } from '../src/index.js'
import { inMemoryCheckout } from '../testing/fakes/index.js'
import { paidCourse } from './shop.js'

const webinar = { orderType: '60301', priceOf: (id: string) => ({ price: 4_900, name: `Webinar ${id}` }) }

/** What `buy` answers for something that has a price. */
async function openPaid() {
  const shop = await inMemoryCheckout({ products: { course: courses([paidCourse]), webinar } })
  const { payment } = await shop.buy('zhang', { product: 'webinar', id: 'hexagons' })
  if (payment === null) throw new Error('The webinar has a price.')
  await shop.pay(payment)
  return { shop, payment }
}

describe('a checkout in memory with products', () => {
  it('sells any product, and tells who bought it once it is paid', async () => {
    const { shop, payment } = await openPaid()
    const sold: unknown[] = []
    await shop.on('paid', 'mail', ({ userId, product, id, amount }) => void sold.push([userId, product, id, amount]))
    await shop.notify(payment)
    await shop.advance(0)
    expect(sold).toEqual([['zhang', 'webinar', 'hexagons', 4_900]])
  })

  it('sells courses, which stand in the course table once they are paid', async () => {
    const { shop } = await openPaid()
    const { payment } = await shop.buy('zhang', { product: 'course', id: '1' })
    if (payment === null) throw new Error('The course has a price.')
    await shop.pay(payment)
    await shop.notify(payment)
    await shop.advance(0)
    expect(await shop.learning.service.myCourseTable(userId('zhang'), 1, 10)).toMatchObject({ total: 1 })
  })

  it('refunds a part, and then the rest', async () => {
    const { shop, payment } = await openPaid()
    await shop.notify(payment)
    expect(await shop.refund(payment, fen(900))).toMatchObject({ status: 'succeeded', amount: 900 })
    expect(await shop.refund(payment)).toMatchObject({ status: 'succeeded', amount: 4_000 })
    expect((await shop.orderStore.orders.find({ payNo: payment.payNo }))?.status).toBe(OrderStatus.refunded)
  })

  it('closes an order that nobody pays, when its time is over', async () => {
    const shop = await inMemoryCheckout({ products: { webinar } })
    const { payment } = await shop.buy('zhang', { product: 'webinar', id: 'hexagons' })
    await shop.advance(31 * 60_000)
    const order = await shop.orderStore.orders.find({ id: payment?.orderId ?? ('' as never) })
    expect(order?.status).toBe(OrderStatus.closed)
  })
})
