import { outBusinessId } from '@coursepay/core'
import {
  createOrderUseCases,
  relayOutbox,
  systemClock,
  systemPayTokens,
  systemScheduler,
} from '@coursepay/core/assembly'
import { sampleOrder, samplePayment, sampleRequest, sampleUserId } from '@coursepay/core/contracts'
import { fixedPriceSource, inMemoryPaymentGateway } from '@coursepay/core/fakes'
import type { PaymentGateway } from '@coursepay/core/ports'
import { expect, it, onTestFinished } from 'vitest'
import { sqlStore } from '../src/sql-store.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'

const operator = { userId: sampleUserId, operator: true }
const request = (name: string) => sampleRequest({ outBusinessId: outBusinessId(name) })

describeOnMysql('the one connection of a store on MySQL', () => {
  const test = mysqlTestDatabase()

  it('is free during every call to the gateway and to the broker', async () => {
    const store = await sqlStore({ url: `${test.url()}?pool=1` }).open()
    onTestFinished(() => store.close())
    const { orders, outbox } = store.orderStore
    const called = new Set<string>()
    /** A transaction that is open would hold the connection, and nobody would answer. */
    const look = async (call: string) => {
      await orders.find(request('paid'))
      called.add(call)
    }
    const fake = inMemoryPaymentGateway({ clock: systemClock })
    const gateway: PaymentGateway = {
      ...fake.gateway,
      payPage: (...call) => look('payPage').then(() => fake.gateway.payPage(...call)),
      query: (...call) => look('query').then(() => fake.gateway.query(...call)),
      close: (...call) => look('close').then(() => fake.gateway.close(...call)),
      refund: (...call) => look('refund').then(() => fake.gateway.refund(...call)),
      queryRefund: (...call) => look('queryRefund').then(() => fake.gateway.queryRefund(...call)),
    }
    const { notifyUrl, returnUrl } = samplePayment(sampleOrder())
    const { service, callbacks } = createOrderUseCases({
      ...{ store: store.orderStore, ids: store.ids, gateway, notifyReader: fake.notifyReader },
      ...{ clock: systemClock, scheduler: systemScheduler, tokens: systemPayTokens, wakeRelay: () => {} },
      priceSources: { [sampleRequest().orderType]: fixedPriceSource(sampleRequest().totalPrice) },
      settings: {
        ...{ orderTimeToLiveMs: 600_000, latePolicy: 'refund', queryIntervalMs: 1, queriesPerSecond: 10_000 },
        callbackUrls: { notifyUrl, returnUrl },
      },
    })
    const [paid, closed] = [
      await service.createOrder(sampleUserId, request('paid')),
      await service.createOrder(sampleUserId, request('closed')),
    ]
    for (const { token } of [paid, closed]) await callbacks.openPayPage({ token })
    fake.buyer.pay(paid.payNo)
    fake.buyer.login(closed.payNo)
    await service.queryPayResult(paid.payNo, operator)
    await service.refundOrder(paid.orderId, { amount: null, reason: 'asked for', outRequestNo: null }, operator)
    await service.closeOrder(closed.orderId, operator)
    expect([...called].toSorted()).toEqual(['close', 'payPage', 'query', 'queryRefund', 'refund'])

    const report = await relayOutbox(outbox, {
      timeLimitMs: 1_000,
      publish: () => look('publish').then(() => ({ kind: 'confirmed' })),
    })()
    expect(report).toMatchObject({ acknowledged: 2 })
    expect(called).toContain('publish')
  })
})
