import { describe, expect, it } from 'vitest'
import { MINUTE, openShop } from '../../../test/shop.js'
import { OrderStatus, PayStatus, type PayToken } from '../../index.js'

describe('a buyer who comes back from the pay page', () => {
  it('given a payment whose notification is not there yet, then the gateway is asked, and it is paid', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    const { payRecord, orderStatus } = await shop.door.returnFromPayPage(attempt.token)
    expect([payRecord.status, payRecord.receipt, orderStatus]).toEqual([PayStatus.paid, 'booked', OrderStatus.paid])
  })

  it('given that nothing was paid, then coming back pays nothing, however often', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.door.openPayPage({ token: attempt.token })
    for (const _ of [1, 2, 3]) {
      expect(await shop.door.returnFromPayPage(attempt.token)).toEqual({
        payRecord: attempt,
        orderStatus: OrderStatus.unpaid,
      })
    }
  })

  it('given many who come back at once, then the gateway is asked once', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.door.openPayPage({ token: attempt.token })
    const asked = () => shop.operator.timeline(attempt.payNo).then(({ events }) => events.filter(isQuery).length)
    await Promise.all(Array.from({ length: 20 }, () => shop.door.returnFromPayPage(attempt.token)))
    expect(await asked()).toBe(1)
  })

  it('given an attempt beside the one that was paid, then it learns that the order is paid', async () => {
    const shop = await openShop()
    const [first, second] = [await shop.order(), await shop.order()]
    await shop.pay(second)
    await shop.notify(second)
    expect((await shop.door.returnFromPayPage(first.token)).orderStatus).toBe(OrderStatus.paid)
  })

  it('given a token of nobody, then there is no such payment; given a late return, then the order is closed', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await expect(shop.door.returnFromPayPage('nobody' as PayToken)).rejects.toMatchObject({
      code: 'pay_record_not_found',
    })
    await shop.advance(31 * MINUTE)
    expect((await shop.door.returnFromPayPage(attempt.token)).orderStatus).toBe(OrderStatus.closed)
  })
})

const isQuery = ({ kind }: { readonly kind: string }) => kind === 'query'
