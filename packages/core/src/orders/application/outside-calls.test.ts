import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { li, MINUTE, openShop, operator, type Shop, zhang } from '../../../test/shop.js'
import { fen, OrderStatus, PayStatus } from '../../index.js'

const refund = { amount: null, reason: 'changed his mind', outRequestNo: null }

/** Puts down which calls of the gateway and the broker were made while a unit of work of their own flow was open. */
function watchOutsideCalls(shop: Shop) {
  const unit = new AsyncLocalStorage<true>()
  const calls: string[] = []
  const withinUnit: string[] = []
  const { unitOfWork } = shop.orderTables
  const run = unitOfWork.run.bind(unitOfWork)
  Object.assign(unitOfWork, { run: (work: never) => unit.run(true, () => run(work)) })
  function watch(port: object, method: string): void {
    const call: unknown = Reflect.get(port, method)
    if (typeof call !== 'function') throw new Error(`There is no ${method}.`)
    Object.assign(port, {
      [method](...values: unknown[]) {
        calls.push(method)
        if (unit.getStore() === true) withinUnit.push(method)
        return Reflect.apply(call, port, values)
      },
    })
  }
  for (const method of ['payPage', 'query', 'close', 'refund', 'queryRefund']) watch(shop.gateway.gateway, method)
  watch(shop.broker.publisher, 'publish')
  return { calls, withinUnit }
}

describe('calls to the gateway and the broker', () => {
  it('given a purchase, a surplus, a refund, a close and an expiry, then each is made while no unit of work is open', async () => {
    const shop = await openShop()
    const { calls, withinUnit } = watchOutsideCalls(shop)
    const [first, second] = [await shop.order(zhang), await shop.order(zhang)]
    for (const attempt of [first, second]) await shop.pay(attempt)
    await shop.notify(first)
    await shop.advance(2 * MINUTE)
    await shop.service.refundOrder(first.orderId, refund, operator)
    const closed = await shop.order(li)
    await shop.door.openPayPage({ token: closed.token })
    shop.gateway.buyer.login(closed.payNo)
    await shop.service.closeOrder(closed.orderId, operator)
    const expired = await shop.order(li)
    await shop.advance(40 * MINUTE)
    const { order, payRecords } = await shop.service.getOrder(first.orderId, operator)
    expect([order.status, ...payRecords.map(({ status }) => status)]).toEqual([
      OrderStatus.refunded,
      PayStatus.refunded,
      PayStatus.refunded,
    ])
    expect((await shop.service.getOrder(expired.orderId, operator)).order.status).toBe(OrderStatus.closed)
    expect(new Set(calls)).toEqual(new Set(['payPage', 'query', 'close', 'refund', 'queryRefund', 'publish']))
    expect(withinUnit).toEqual([])
  })

  it('given a call within a unit of work, then it would be seen', async () => {
    const shop = await openShop()
    const { withinUnit } = watchOutsideCalls(shop)
    const attempt = await shop.order()
    await shop.orderTables.unitOfWork.run(() => shop.gateway.gateway.query(attempt.payNo))
    expect(withinUnit).toEqual(['query'])
  })
})

describe('an answer of the gateway to a query', () => {
  it('given an amount that is not that of the attempt, then nothing is booked, whoever asked', async () => {
    const shop = await openShop()
    const attempt = await shop.order()
    await shop.pay(attempt)
    const { gateway } = shop.gateway
    const query = gateway.query.bind(gateway)
    Object.assign(gateway, {
      async query(payNo: typeof attempt.payNo) {
        const answer = await query(payNo)
        if (answer.kind !== 'evidence') return answer
        return { ...answer, evidence: { ...answer.evidence, totalAmount: fen(1) } }
      },
    })
    const actor = { userId: zhang, operator: false }
    expect((await shop.service.queryPayResult(attempt.payNo, actor)).status).toBe(PayStatus.unpaid)
    await shop.operator.askNow(attempt.payNo)
    await shop.advance(40 * MINUTE)
    const { order, payRecords } = await shop.service.getOrder(attempt.orderId, operator)
    expect([order.status, payRecords[0]?.status]).toEqual([OrderStatus.unpaid, PayStatus.unpaid])
    const journal = await shop.orderTables.stores.journal.listOf(attempt.payNo)
    expect(new Set(journal.map(({ source, verdict }) => `${source} ${verdict}`))).toEqual(
      new Set(['query wrong_amount']),
    )
  })
})
