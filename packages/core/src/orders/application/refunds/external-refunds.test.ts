import { describe, expect, it } from 'vitest'
import { loseRefundAnswer, openShop, operator } from '../../../../test/shop.js'
import { fen, OrderStatus, PayStatus } from '../../../index.js'

const HOUR = 3_600_000

/** A paid order, and the merchant's console at the gateway, whose notifications come or are lost. */
async function openPaidOrder() {
  const shop = await openShop()
  const payment = await shop.buy()
  const refundInConsole = (amount: number, number?: string) =>
    shop.gateway.console.refund(payment.payNo, fen(amount), number)
  return {
    ...{ shop, payment, refundInConsole },
    refund: (amount: number | null, outRequestNo: string) =>
      shop.service.refundOrder(
        payment.orderId,
        { amount: amount === null ? null : fen(amount), reason: '', outRequestNo },
        operator,
      ),
    hear: (body: Uint8Array) => shop.callbacks.receiveNotify(body),
    /** Cause, amount and state of each refund. */
    refunds: async () =>
      (await shop.refundsOf(payment)).map(({ cause, amount, status }) => `${cause} ${amount} ${status}`),
    messages: async () => {
      const types: string[] = []
      for (const { message } of shop.orderStore.rows.outbox.values()) types.push(message.messageType)
      return types
    },
  }
}

describe('a refund that was made in the gateway’s console', () => {
  it('is booked by the number that its notification names', async () => {
    const { shop, payment, refundInConsole, hear, refunds, messages } = await openPaidOrder()
    shop.broker.answer('lost_before')
    expect(await hear(refundInConsole(4_000, 'by-hand'))).toMatchObject({ answer: 'success', verdict: 'refund_notice' })
    expect(await refunds()).toEqual(['external 4000 succeeded'])
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.paid)
    expect(await messages()).toContain('partialrefund_notify')
  })

  it('is booked once for repeated notifications, and ends the order when all is refunded', async () => {
    const { shop, payment, refundInConsole, hear, refunds } = await openPaidOrder()
    const body = refundInConsole(4_000, 'first')
    await Promise.all([hear(body), hear(body), hear(body)])
    await hear(refundInConsole(5_900, 'second'))
    expect(await refunds()).toEqual(['external 4000 succeeded', 'external 5900 succeeded'])
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.refunded)
    await shop.advance(60_000)
    expect(shop.orderStore.rows.schedule.size).toBe(0)
  })

  it.each(['x'.repeat(65), 'a b'])(
    'with the number %s, which no store keeps, counts as one without',
    async (number) => {
      const { shop, refundInConsole, hear, refunds } = await openPaidOrder()
      expect(await hear(refundInConsole(4_000, number))).toMatchObject({ answer: 'success', verdict: 'refund_notice' })
      const numbers = [...shop.orderStore.rows.schedule.values()].map(({ outRequestNo }) => outRequestNo)
      expect(numbers).toEqual(['', '?4000'])
      await hear(refundInConsole(5_900))
      expect(await refunds()).toEqual(['external 9900 succeeded'])
    },
  )

  it('without a number is booked once the trade is closed', async () => {
    const { shop, payment, refundInConsole, hear, refunds } = await openPaidOrder()
    await hear(refundInConsole(4_000))
    expect(await refunds()).toEqual([])
    await hear(refundInConsole(5_900))
    expect(await refunds()).toEqual(['external 9900 succeeded'])
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.refunded)
  })

  it('without a number is booked though its notification comes while an earlier one is confirmed', async () => {
    const { shop, payment, refundInConsole, hear, refunds } = await openPaidOrder()
    const { gateway } = shop.gateway
    const { query } = gateway
    shop.gateway.answer('unknown')
    await hear(refundInConsole(4_000))
    shop.gateway.answer('clear')
    let answered = 0
    Object.assign(gateway, {
      async query(payNo: typeof payment.payNo) {
        const answer = await query(payNo)
        answered += 1
        if (answered > 1) return answer
        // The rest is refunded behind this answer, and the answer to its own question is lost.
        const body = refundInConsole(5_900)
        shop.gateway.answer('unknown')
        await hear(body)
        shop.gateway.answer('clear')
        return answer
      },
    })
    await shop.advance(120_000)
    expect(await refunds()).toEqual(['external 9900 succeeded'])
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.refunded)
    expect(shop.orderStore.rows.schedule.size).toBe(0)
  })

  it('is booked though the gateway knows it for certain only ten seconds later', async () => {
    const { shop, refundInConsole, hear, refunds } = await openPaidOrder()
    const { gateway } = shop.gateway
    const { queryRefund } = gateway
    const refundedAt = shop.clock.now()
    Object.assign(gateway, {
      queryRefund: async (...given: Parameters<typeof queryRefund>) =>
        shop.clock.now() < refundedAt + 10_000 ? { kind: 'absent' } : queryRefund(...given),
    })
    await hear(refundInConsole(4_000, 'by-hand'))
    expect(await refunds()).toEqual([])
    await shop.advance(60_000)
    expect(await refunds()).toEqual(['external 4000 succeeded'])
  })

  it('is booked later when the gateway gave no clear answer', async () => {
    const { shop, refundInConsole, hear, refunds } = await openPaidOrder()
    const body = refundInConsole(4_000, 'by-hand')
    shop.gateway.answer('unknown')
    expect((await hear(body)).answer).toBe('success')
    await shop.advance(60_000)
    expect(await refunds()).toEqual([])
    shop.gateway.answer('clear')
    await shop.advance(60_000)
    expect(await refunds()).toEqual(['external 4000 succeeded'])
  })

  it('is not booked when the gateway does not know it', async () => {
    const { shop, payment, hear, refunds } = await openPaidOrder()
    const claim = { refundedAmount: fen(4_000), refundRequestNo: 'never' }
    await hear(shop.gateway.notify(payment.payNo, claim))
    await shop.advance(60_000)
    expect(await refunds()).toEqual([])
    expect(shop.orderStore.rows.schedule.size).toBe(0)
  })

  it('of a payment whose notification was lost is booked after the payment', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    await shop.callbacks.receiveNotify(shop.gateway.console.refund(payment.payNo, fen(4_000), 'by-hand'))
    await shop.advance(60_000)
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.paid)
    expect(await shop.refundsOf(payment)).toMatchObject([{ cause: 'external', amount: 4_000, status: 'succeeded' }])
  })

  it('of a payment whose notification was lost is booked by the worker alone, payment and refund', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    shop.orderStore.rows.schedule.clear()
    shop.gateway.answer('unknown')
    await shop.callbacks.receiveNotify(shop.gateway.console.refund(payment.payNo, fen(4_000), 'by-hand'))
    shop.gateway.answer('clear')
    await shop.advance(30_000)
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.paid)
    expect(await shop.refundsOf(payment)).toMatchObject([{ cause: 'external', amount: 4_000, status: 'succeeded' }])
  })

  it('of a payment that the gateway does not know books nothing', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    const body = shop.gateway.console.refund(payment.payNo, fen(4_000), 'by-hand')
    shop.gateway.answer('no_trade')
    await shop.callbacks.receiveNotify(body)
    await shop.advance(10_000)
    expect(await shop.statesOf(payment)).toEqual([OrderStatus.unpaid, [PayStatus.unpaid], []])
  })

  it('whose notification is lost is found when an operator refunds: the trade is closed', async () => {
    const { shop, payment, refundInConsole, refund, refunds } = await openPaidOrder()
    refundInConsole(9_900)
    await refund(4_000, 'R1')
    expect(await refunds()).toEqual(['operator 4000 failed', 'external 9900 succeeded'])
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.refunded)
    expect(shop.gateway.moneyOf(payment.payNo).refunded).toBe(9_900)
  })

  it('beside a pending refund of ours that moved money counts only what is left', async () => {
    const { shop, payment, refundInConsole, refund, refunds, hear } = await openPaidOrder()
    loseRefundAnswer(shop)
    await refund(6_000, 'R1')
    await hear(refundInConsole(3_900))
    expect(await refunds()).toEqual(['operator 6000 succeeded', 'external 3900 succeeded'])
    expect((await shop.orderOf(payment)).status).toBe(OrderStatus.refunded)
  })

  it('that takes the money of a pending refund of ours ends it as failed', async () => {
    const { shop, refundInConsole, refund, refunds, hear } = await openPaidOrder()
    shop.gateway.answer('unknown')
    await refund(6_000, 'R1')
    shop.gateway.answer('clear')
    await hear(refundInConsole(9_900, 'by-hand'))
    expect(await refunds()).toEqual(['operator 6000 failed', 'external 9900 succeeded'])
    await shop.advance(60_000)
    expect(shop.gateway.calls.refund).toBe(0)
    expect((await shop.views.stuck()).openRefunds).toEqual([])
  })

  it('that leaves too little for a pending refund of ours lets it fail at the gateway', async () => {
    const { shop, refundInConsole, refund, refunds, hear } = await openPaidOrder()
    shop.gateway.answer('unknown')
    await refund(6_000, 'R1')
    shop.gateway.answer('clear')
    await hear(refundInConsole(5_000, 'by-hand'))
    expect(await refunds()).toEqual(['operator 6000 pending', 'external 5000 succeeded'])
    await shop.advance(60_000)
    expect(await refunds()).toEqual(['operator 6000 failed', 'external 5000 succeeded'])
  })

  it('of a surplus payment ends its refund, and nothing waits for an operator', async () => {
    const shop = await openShop()
    const first = await shop.order()
    const second = await shop.orderAgain(first)
    for (const payment of [first, second]) await shop.pay(payment)
    await shop.notify(first)
    shop.gateway.answer('unknown')
    await shop.notify(second)
    shop.gateway.answer('clear')
    await shop.callbacks.receiveNotify(shop.gateway.console.refund(second.payNo, fen(9_900), 'by-hand'))
    await shop.advance(60_000)
    const states = [OrderStatus.paid, [PayStatus.paid, PayStatus.refunded], ['failed', 'succeeded']]
    expect(await shop.statesOf(first)).toEqual(states)
    expect(shop.gateway.moneyOf(second.payNo).refunded).toBe(9_900)
    expect((await shop.views.stuck()).openRefunds).toEqual([])
  })
})

describe('a refund that the gateway neither knows nor does', () => {
  it('fails after an hour, and its number tries it again', async () => {
    const { shop, refund, refunds } = await openPaidOrder()
    const { gateway } = shop.gateway
    const { refund: call } = gateway
    Object.assign(gateway, { refund: async () => ({ kind: 'trade_closed' }) })
    await refund(4_000, 'R1')
    await shop.advance(HOUR - 60_000)
    expect(await refunds()).toEqual(['operator 4000 pending'])
    await shop.advance(120_000)
    expect(await refunds()).toEqual(['operator 4000 failed'])
    Object.assign(gateway, { refund: call })
    expect((await refund(4_000, 'R1')).status).toBe('succeeded')
  })

  it('of another amount under our number stays pending and is shown to operators', async () => {
    const { shop, refund, refundInConsole, refunds } = await openPaidOrder()
    shop.gateway.answer('unknown')
    await refund(4_000, 'R1')
    shop.gateway.answer('clear')
    refundInConsole(100, 'R1')
    await shop.advance(2 * HOUR)
    expect(await refunds()).toEqual(['operator 4000 pending'])
    expect((await shop.views.stuck()).openRefunds).toHaveLength(1)
  })
})
