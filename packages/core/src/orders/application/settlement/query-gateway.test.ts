import { describe, expect, it } from 'vitest'
import { as, li, openShop, operator, unlimited, zhang } from '../../../../test/shop.js'
import { OrderStatus, PayStatus } from '../../../index.js'
import type { CloseAnswer } from '../../../ports.js'
import type { QueriedTradeStatus } from '../../domain/payment-evidence.js'
import { queryAndCloseTrade, queryIfDue } from './query-gateway.js'

describe('a query of the gateway', () => {
  it.each(['unknown', 'no_trade', 'timeout_after_booking'] as const)(
    'with the answer %s pays, closes and fails nothing',
    async (mode) => {
      const shop = await openShop()
      const payment = await shop.order()
      await shop.pay(payment)
      shop.gateway.answer(mode)
      expect((await shop.service.queryPayResult(payment.payNo, as(zhang))).status).toBe(PayStatus.unpaid)
      expect((await shop.orderOf(payment)).status).toBe(OrderStatus.unpaid)
    },
  )

  it('is made once a second at most for a thousand questions of buyers', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    for (let second = 0; second < 10; second += 1) {
      await Promise.all(Array.from({ length: 100 }, () => shop.service.queryPayResult(payment.payNo, as(zhang))))
      await shop.advance(1_000)
    }
    expect(shop.gateway.calls.query).toBe(10)
  })

  it('takes no slot while the rate limit is reached: a look costs one read', async () => {
    const shop = await openShop({ queriesPerSecond: 1 })
    const payment = await shop.order()
    const { schedule } = shop.orderStore
    const { tryAcquireQuerySlot } = schedule
    let slots = 0
    Object.assign(schedule, {
      tryAcquireQuerySlot(...given: Parameters<typeof tryAcquireQuerySlot>) {
        slots += 1
        return tryAcquireQuerySlot(...given)
      },
    })
    const looks = 100
    for (let count = 0; count < looks; count += 1) {
      await shop.service.queryPayResult((await shop.orderAgain(payment)).payNo, as(zhang))
    }
    expect(slots).toBe(shop.gateway.calls.query)
    expect(slots).toBeLessThan(looks)
  })

  it('is not made for a buyer whose payment is closed, nor beyond the rate limit', async () => {
    const shop = await openShop({ queriesPerSecond: 2 })
    const [closed, ...open] = [await shop.order(), await shop.order(li), await shop.order('wang' as never)]
    await shop.service.closeOrder(closed.orderId, operator)
    expect((await shop.service.queryPayResult(closed.payNo, as(zhang))).status).toBe(PayStatus.closed)
    expect(shop.gateway.calls.query).toBe(0)
    await shop.advance(1_000)
    for (const { payNo, userId } of [...open, ...open]) await shop.service.queryPayResult(payNo, as(userId))
    shop.clock.advance(1)
    const last = await shop.order('sun' as never)
    await shop.service.queryPayResult(last.payNo, as(last.userId))
    expect(shop.gateway.calls.query).toBe(2)
  })

  it('is answered by the payment as the query left it', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    expect(await shop.service.queryPayResult(payment.payNo, as(zhang))).toMatchObject({ status: PayStatus.paid })
  })

  it('is not made when others reached the rate limit while its slot was acquired', async () => {
    const shop = await openShop()
    const settings = { queryIntervalMs: 1_000 } as never
    const query = () => Promise.reject(new Error('The gateway is queried beyond the rate limit.'))
    const rateLimiter = { tryAcquire: () => false, isExhausted: () => false }
    const dependencies = { store: shop.orderStore, clock: shop.clock, settings }
    expect(await queryIfDue(dependencies, query, rateLimiter)(await shop.order())).toBe(false)
  })

  it('stands in the journal with its answer, in sequence', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    const query = async () => {
      await shop.service.queryPayResult(payment.payNo, as(zhang))
      shop.clock.advance(1_000)
    }
    await query()
    shop.gateway.answer('unknown')
    await query()
    shop.gateway.answer('clear')
    await shop.pay(payment)
    await query()
    expect(await shop.verdictsOf(payment)).toEqual([
      'query: no_trade',
      'query: unknown: no answer came',
      'query: booked',
    ])
  })

  it('is not acted upon when its answer cannot be journalled', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    const { append } = shop.orderStore.journal
    Object.assign(shop.orderStore.journal, { append: () => Promise.reject(new Error('the journal is full')) })
    shop.gateway.answer('no_trade')
    await expect(shop.operatorService.queryNow(payment.payNo, as(zhang))).rejects.toThrow('the journal is full')
    Object.assign(shop.orderStore.journal, { append })
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.unpaid)
  })

  it('leaves no entry of an operator when no operator asked for it', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.service.queryPayResult(payment.payNo, as(zhang))
    await shop.pay(payment)
    await shop.notify(payment)
    expect(shop.orderStore.rows.actions.size).toBe(0)
  })

  it('that is not due is none: the payment is not read again', async () => {
    const shop = await openShop()
    const dependencies = { store: shop.orderStore, clock: shop.clock, settings: { queryIntervalMs: 1_000 } as never }
    const due = queryIfDue(dependencies, async () => 'waiting', unlimited)
    const payment = await shop.order()
    expect([await due(payment), await due(payment)]).toEqual([true, false])
    expect(await due({ ...payment, status: PayStatus.closed })).toBe(false)
  })
})

describe('the trade of a payment that nobody should pay any more', () => {
  const unclear = { kind: 'unknown', reason: 'no answer came' } as const
  it.each<[readonly QueriedTradeStatus[], CloseAnswer | null, 'done' | 'unclear']>([
    [['unknown'], null, 'unclear'],
    [['no_trade'], null, 'done'],
    [['paid'], null, 'done'],
    [['finished'], null, 'done'],
    [['closed'], null, 'done'],
    [['waiting'], { kind: 'closed' }, 'done'],
    [['waiting'], { kind: 'no_trade' }, 'done'],
    [['waiting'], unclear, 'unclear'],
    [['waiting', 'paid'], { kind: 'not_closable' }, 'done'],
    [['waiting', 'unknown'], { kind: 'not_closable' }, 'unclear'],
  ])('with the states %j and the close %j is %s', async (states, answer, expected) => {
    const shop = await openShop()
    const [left, closed] = [[...states], [] as string[]]
    const gateway = {
      ...shop.gateway.gateway,
      async close(payNo: string) {
        closed.push(payNo)
        return answer ?? unclear
      },
    }
    const query = async () => left.shift() ?? Promise.reject(new Error('Nobody expects another query.'))
    expect(await queryAndCloseTrade({ gateway }, query)(await shop.order())).toBe(expected)
    expect([left, closed.length]).toEqual([[], answer === null ? 0 : 1])
  })
})

describe('a buyer who returns from the pay page', () => {
  it('sees the payment that the query on their return booked', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    const returned = await shop.callbacks.returnFromPayPage(payment.token)
    expect([returned.order.status, returned.payment.status]).toEqual([OrderStatus.paid, PayStatus.paid])
  })

  it('pays nothing by returning, however often', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.callbacks.openPayPage({ token: payment.token })
    for (const _ of [1, 2, 3]) {
      const returned = await shop.callbacks.returnFromPayPage(payment.token)
      expect([returned.payment, returned.order.status]).toEqual([payment, OrderStatus.unpaid])
    }
  })

  it('sees that another payment paid the order', async () => {
    const shop = await openShop()
    const first = await shop.order()
    const second = await shop.orderAgain(first)
    await shop.pay(second)
    await shop.notify(second)
    const { order, payment } = await shop.callbacks.returnFromPayPage(first.token)
    expect([order.status, payment.payNo, payment.status]).toEqual([OrderStatus.paid, first.payNo, PayStatus.unpaid])
  })
})
