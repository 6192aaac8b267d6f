import { describe, expect, it } from 'vitest'
import { MINUTE, openShop, operator } from '../../../test/shop.js'
import type { MessageId } from '../../index.js'

describe('what operators see', () => {
  it('given a payment whose notification was lost and that was refunded, then its timeline tells all of it in order', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    await shop.advance(15_000)
    await shop.service.refundOrder(attempt.orderId, { amount: null, reason: 'mistake', outRequestNo: 'R1' }, operator)
    const { events, orderId } = await shop.operator.timeline(attempt.payNo)
    expect(orderId).toBe(attempt.orderId)
    expect(events.map(({ kind, detail }) => `${kind}: ${detail}`)).toEqual([
      'created: unpaid',
      expect.stringMatching(/^paid: booked, trade /),
      'query: booked',
      'refund_opened: operator, number R1',
      'refund_query: absent',
      'refund: succeeded',
      'refund_ended: succeeded',
    ])
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort((one, other) => one - other))
  })

  it('given nothing that waits, then nothing is stuck; an unknown payment is not found', async () => {
    const shop = await openShop()
    expect(await shop.operator.stuck()).toEqual({
      overdueOrders: [],
      outbox: { waiting: 0, dead: 0, oldestMs: 0 },
      deadMessages: [],
      openRefunds: [],
      heldPayments: [],
    })
    await expect(shop.operator.timeline('1' as never)).rejects.toMatchObject({ code: 'pay_record_not_found' })
  })

  it('given an order past its time, money on hold, an open refund and a dead message, then each is named', async () => {
    const shop = await openShop({ latePolicy: 'hold' })
    const held = await shop.order()
    await shop.pay(held)
    shop.gateway.answer('no_trade')
    await shop.advance(31 * MINUTE)
    await shop.notify(held)
    shop.gateway.answer('unknown')
    const overdue = await shop.order()
    await shop.advance(31 * MINUTE)
    const stuck = await shop.operator.stuck()
    expect(stuck.heldPayments).toMatchObject([{ payNo: held.payNo, receipt: 'held' }])
    expect(stuck.overdueOrders).toMatchObject([{ id: overdue.orderId }])
  })

  it('given money whose notification was lost, when an operator asks now, then it is booked, once', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    const { said, payRecord } = await shop.operator.askNow(attempt.payNo)
    expect([said, payRecord.receipt]).toEqual(['paid', 'booked'])
    expect((await shop.operator.askNow(attempt.payNo)).payRecord).toEqual(payRecord)
    expect((await shop.operator.timeline(attempt.payNo)).events.map(({ detail }) => detail)).toContain(
      'already_settled',
    )
  })

  it('given a gateway without a clear word, or without the trade, when asked now, then nothing changes', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    expect(await shop.operator.askNow(attempt.payNo)).toMatchObject({ said: 'no_trade', payRecord: attempt })
    await shop.pay(attempt)
    shop.gateway.answer('unknown')
    expect(await shop.operator.askNow(attempt.payNo)).toMatchObject({ said: 'unknown', payRecord: attempt })
    await expect(shop.operator.askNow('1' as never)).rejects.toMatchObject({ code: 'pay_record_not_found' })
  })

  it('given a dead message, when it is redelivered, then it goes out at once; a second time there is none', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    shop.broker.answer('poison')
    await shop.notify(attempt)
    await shop.advance(0)
    const [dead] = (await shop.operator.stuck()).deadMessages
    expect(dead).toMatchObject({ message: { messageType: 'payresult_notify' }, attempts: 0 })
    shop.broker.answer('confirm')
    await shop.operator.redeliver(dead?.message.id ?? ('' as MessageId))
    await shop.advance(0)
    expect((await shop.operator.stuck()).outbox).toMatchObject({ waiting: 0, dead: 0 })
    await expect(shop.operator.redeliver(dead?.message.id ?? ('' as MessageId))).rejects.toMatchObject({
      code: 'dead_message_not_found',
    })
  })
})
