import { describe, expect, it } from 'vitest'
import { as, codeOf, MINUTE, openShop, operator, type Shop, zhang } from '../../../../test/shop.js'
import { type OrderId, OrderStatus, PayStatus } from '../../../index.js'

/** Held money of a closed order. */
async function openHeld() {
  const shop = await openShop({ latePolicy: 'hold' })
  const payment = await shop.order()
  await shop.callbacks.openPayPage({ token: payment.token })
  await shop.service.closeOrder(payment.orderId, as(zhang))
  shop.gateway.buyer.pay(payment.payNo)
  await shop.notify(payment)
  return { shop, payment }
}

describe('an operator', () => {
  it('reads all that happened to a payment, in sequence', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    await shop.advance(15_000)
    await shop.service.refundOrder(payment.orderId, { amount: null, reason: 'mistake', outRequestNo: 'R1' }, operator)
    const { events, orderId } = await shop.views.timeline(payment.payNo)
    expect(orderId).toBe(payment.orderId)
    expect(events.map(({ kind, detail }) => `${kind}: ${detail}`)).toEqual([
      'created: unpaid',
      `paid: booked, trade ${(await shop.paymentOf(payment)).outPayNo}`,
      'query: booked',
      'operator: refund by ops: R1: 99.00: mistake',
      'refund_opened: operator, number R1',
      'refund_query: absent',
      'refund: succeeded',
      'refund_ended: succeeded',
    ])
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort((one, other) => one - other))
    expect(await codeOf(shop.views.timeline('1' as never))).toBe('pay_record_not_found')
  })

  it.each([
    ['expired', async (shop: Shop) => void (await shop.advance(31 * MINUTE))],
    ['by_buyer', async (shop: Shop, id: OrderId) => void (await shop.service.closeOrder(id, as(zhang)))],
    ['by_operator', async (shop: Shop, id: OrderId) => void (await shop.service.closeOrder(id, operator))],
  ])('reads when a payment that nobody opened was closed: %s', async (reason, close) => {
    const shop = await openShop()
    const { payNo, orderId, expireDate } = await shop.order()
    await close(shop, orderId)
    const { events } = await shop.views.timeline(payNo)
    expect(events).toContainEqual({ at: expect.any(Number), kind: 'closed', detail: reason })
    const [{ at = 0 } = {}] = events.filter(({ kind }) => kind === 'closed')
    if (reason === 'expired') expect(at).toBeGreaterThan(expireDate)
  })

  it('reads that a payment was closed because another one paid the order', async () => {
    const shop = await openShop()
    const first = await shop.order()
    const second = await shop.orderAgain(first)
    await shop.callbacks.openPayPage({ token: second.token })
    await shop.pay(first)
    await shop.notify(first)
    await shop.advance(10 * MINUTE)
    const { events } = await shop.views.timeline(second.payNo)
    expect(events.filter(({ kind }) => kind === 'closed')).toMatchObject([{ detail: 'obsolete' }])
  })

  it('reads of a payment its own refunds alone, and no end of one that is pending', async () => {
    const shop = await openShop()
    const first = await shop.order()
    const [second, unpaid] = [await shop.orderAgain(first), await shop.orderAgain(first)]
    for (const payment of [first, second]) await shop.pay(payment)
    for (const payment of [first, second]) await shop.notify(payment)
    const kindsOf = async ({ payNo }: typeof first) => (await shop.views.timeline(payNo)).events.map(({ kind }) => kind)
    expect(await kindsOf(first)).toEqual(['created', 'paid', 'notify'])
    expect(await kindsOf(second)).toEqual(['created', 'paid', 'refund_opened', 'notify'])
    expect(await kindsOf(unpaid)).toEqual(['created'])
  })

  it('sees first the order that is overdue for the longest time', async () => {
    const shop = await openShop()
    const [first, second] = [await shop.order(), await shop.order('li' as never)]
    shop.clock.advance(MINUTE)
    await shop.orderAgain(first)
    shop.clock.advance(31 * MINUTE)
    const { findMany } = shop.orderStore.orders
    // A store answers in any sequence.
    Object.assign(shop.orderStore.orders, {
      findMany: async (ids: readonly OrderId[]) => (await findMany(ids)).toReversed(),
    })
    const { overdueOrders } = await shop.views.stuck()
    expect(overdueOrders.map(({ id }) => id)).toEqual([second.orderId, first.orderId])
  })

  it('reads no payment before it was made, though the gateway tells whole seconds alone', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    const paidAt = payment.createDate - (payment.createDate % 1_000)
    expect(paidAt).toBeLessThan(payment.createDate)
    await shop.callbacks.receiveNotify(shop.gateway.notify(payment.payNo, { paidAt }))
    const { events } = await shop.views.timeline(payment.payNo)
    expect(events.map(({ kind }) => kind)).toEqual(['created', 'paid', 'notify'])
    expect((await shop.paymentOf(payment)).paySuccessTime).toBe(paidAt)
  })

  it('sees nothing stuck where nothing waits', async () => {
    const shop = await openShop()
    await shop.buy()
    await shop.advance(0)
    expect(await shop.views.stuck()).toEqual({
      overdueOrders: [],
      outbox: { waiting: 0, dead: 0, oldestMs: 0 },
      deadMessages: [],
      openRefunds: [],
      heldPayments: [],
    })
  })

  it('sees an overdue order, held money, an open refund and a dead letter', async () => {
    const { shop, payment: held } = await openHeld()
    const bought = await shop.order()
    await shop.pay(bought)
    shop.broker.answer('undeliverable')
    await shop.notify(bought)
    shop.gateway.answer('unknown')
    await shop.service.refundOrder(bought.orderId, { amount: null, reason: '', outRequestNo: null }, operator)
    const overdue = await shop.order('wang' as never)
    await shop.callbacks.openPayPage({ token: overdue.token })
    await shop.advance(31 * MINUTE)
    const stuck = await shop.views.stuck()
    expect(stuck.heldPayments).toMatchObject([{ payNo: held.payNo, receipt: 'held' }])
    expect(stuck.overdueOrders).toMatchObject([{ id: overdue.orderId }])
    expect(stuck.openRefunds).toMatchObject([{ payNo: bought.payNo, status: 'pending' }])
    expect(stuck.deadMessages[0]).toMatchObject({ message: { orderId: bought.orderId } })
    // The learning centre asks for the message again, less and less often.
    expect(stuck.outbox).toMatchObject({ waiting: 0, dead: 6 })
  })

  it('asks the gateway about a payment in any state, and books what it proves once', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    const first = await shop.operatorService.queryNow(payment.payNo, operator)
    expect([first.gatewayStatus, first.payment.receipt]).toEqual(['paid', 'booked'])
    expect((await shop.operatorService.queryNow(payment.payNo, operator)).payment).toEqual(first.payment)
    expect(await shop.verdictsOf(payment)).toEqual(['query: booked', 'query: already_settled'])
    expect(await shop.views.actions(payment.orderId)).toMatchObject([{ kind: 'ask' }, { kind: 'ask' }])
  })

  it('stores its question to the gateway in the commit of what the answer settles', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    await shop.pay(payment)
    Object.assign(shop.orderStore.operatorLog, { append: () => Promise.reject(new Error('the process died')) })
    const { payment: booked } = await shop.operatorService.queryNow(payment.payNo, operator)
    expect(booked.receipt).toBe('booked')
    expect(await shop.views.actions(payment.payNo)).toMatchObject([{ kind: 'ask', detail: 'paid' }])
  })

  it('learns of no answer that could not be noted in the log', async () => {
    const shop = await openShop()
    const payment = await shop.order()
    Object.assign(shop.orderStore.operatorLog, { append: () => Promise.reject(new Error('the log is full')) })
    await expect(shop.operatorService.queryNow(payment.payNo, operator)).rejects.toThrow('the log is full')
  })

  it('fulfils or refunds held money; of two opposite decisions at once one wins', async () => {
    for (const order of [['fulfil', 'refund'] as const, ['refund', 'fulfil'] as const]) {
      const { shop, payment } = await openHeld()
      const codes = await Promise.all(
        order.map((decision) =>
          codeOf(shop.operatorService.resolveHeldPayment(payment.payNo, decision, 'call', operator)),
        ),
      )
      expect(codes).toEqual(['no error', 'payment_not_held'])
      await shop.advance(MINUTE)
      const isFulfilled = order[0] === 'fulfil'
      expect(await shop.statesOf(payment)).toEqual(
        isFulfilled
          ? [OrderStatus.paid, [PayStatus.paid], []]
          : [OrderStatus.closed, [PayStatus.refunded], ['succeeded']],
      )
      expect(await shop.views.actions(payment.payNo)).toMatchObject([{ kind: 'resolve', detail: order[0] }])
    }
  })

  it('decides once when the decisions come from two processes', async () => {
    const { shop, payment } = await openHeld()
    shop.orderStore.faults.conflictOnce()
    const decision = shop.operatorService.resolveHeldPayment(payment.payNo, 'refund', '', operator)
    await shop.advance(10)
    expect((await decision).receipt).toBe('late')
    expect(await shop.views.actions(payment.payNo)).toHaveLength(1)
  })

  it('redelivers a dead letter once, and the course is granted', async () => {
    const shop = await openShop()
    shop.broker.answer('undeliverable')
    const { orderId, payNo } = await shop.buy()
    await shop.advance(0)
    const [dead] = (await shop.views.stuck()).deadMessages
    expect(dead).toMatchObject({ message: { messageType: 'payresult_notify' }, attempts: 0 })
    const id = dead?.message.id ?? ('' as never)
    shop.broker.answer('confirm')
    await shop.operatorService.redeliver(id, operator)
    await expect(shop.operatorService.redeliver(id, operator)).rejects.toMatchObject({
      ...{
        code: 'dead_message_not_found',
        message: `There is no dead letter with the id ${id}. It may have been redelivered already.`,
      },
    })
    await shop.advance(0)
    expect((await shop.learning.myCourseTable(zhang, 1, 10)).total).toBe(1)
    for (const subject of [id, orderId]) {
      expect(await shop.views.actions(subject)).toMatchObject([{ kind: 'redeliver', actor: 'ops', orderId }])
    }
    const { events } = await shop.views.timeline(payNo)
    expect(events.map(({ kind, detail }) => `${kind}: ${detail}`)).toContain('operator: redeliver by ops')
  })

  it('finds orders by what is known of them', async () => {
    const shop = await openShop()
    const payment = await shop.buy()
    const other = await shop.order('li' as never)
    const { outPayNo } = await shop.paymentOf(payment)
    const find = async (filter: Parameters<typeof shop.views.searchOrders>[0]) =>
      (await shop.views.searchOrders(filter, null, 10)).orders.map(({ id }) => id)
    expect(await find({ outPayNo: outPayNo ?? '' })).toEqual([payment.orderId])
    expect(await find({ status: OrderStatus.unpaid })).toEqual([other.orderId])
    expect(await find({})).toEqual([other.orderId, payment.orderId])
  })
})
