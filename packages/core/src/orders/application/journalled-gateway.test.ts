import { describe, expect, it } from 'vitest'
import { as, openShop, zhang } from '../../../test/shop.js'

const verdicts = async (shop: Awaited<ReturnType<typeof openShop>>, payNo: string) =>
  (await shop.orderTables.stores.journal.listOf(payNo)).map(({ source, verdict }) => `${source} ${verdict}`)

describe('the journal of the gateway', () => {
  it('given questions before, while and after a payment, then each answer stands there in order', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    const ask = async () => {
      await shop.service.queryPayResult(attempt.payNo, as(zhang))
      shop.clock.set(shop.clock.now() + 1_000)
    }
    await ask()
    shop.gateway.answer('unknown')
    await ask()
    shop.gateway.answer('clear')
    await shop.pay(attempt)
    await ask()
    expect(await verdicts(shop, attempt.payNo)).toEqual([
      'query no_trade',
      'query unknown: no answer came',
      'query booked',
    ])
  })

  it('given a close and a refund, then what the gateway said stands there', async () => {
    const shop = await openShop()
    const [closed, first, second] = [await shop.order(), await shop.order(), await shop.order()]
    await shop.door.openPayPage({ token: closed.token })
    shop.gateway.buyer.login(closed.payNo)
    await shop.pay(first)
    await shop.pay(second)
    await shop.notify(first)
    await shop.notify(second)
    await shop.advance(30_000)
    expect(await verdicts(shop, second.payNo)).toEqual(['notify surplus', 'refund_query absent', 'refund succeeded'])
  })

  it('given a store that is down, then nobody acts on an answer that is not in the journal', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    shop.orderTables.faults.breakDown()
    await expect(shop.service.queryPayResult(attempt.payNo, as(zhang))).rejects.toMatchObject({
      code: 'store_unavailable',
    })
  })
})
