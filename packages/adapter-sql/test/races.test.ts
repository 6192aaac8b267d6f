import { outBusinessId } from '@coursepay/core'
import { systemClock } from '@coursepay/core/assembly'
import { sampleRequest, sampleUserId } from '@coursepay/core/contracts'
import { inMemoryPaymentGateway } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { payAt, startProcess } from './support/order-process.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

const CALLERS = 32
const buyer = { userId: sampleUserId, operator: false }

function describeRaces(urlOf: () => string): void {
  const start = async () => {
    const fake = inMemoryPaymentGateway({ clock: systemClock })
    const url = urlOf()
    const [one, other] = [await startProcess(url, fake), await startProcess(url, fake)]
    const all = Array.from({ length: CALLERS }, (_, caller) => (caller % 2 === 0 ? one : other))
    return { fake, one, other, all }
  }

  it('gives each of 32 callers in one process a payment of one order', async () => {
    const { one } = await start()
    const request = sampleRequest({ outBusinessId: outBusinessId('asked-by-all') })
    const asked = await Promise.all(
      Array.from({ length: CALLERS }, () => one.service.createOrder(sampleUserId, request)),
    )
    expect(new Set(asked.map(({ orderId }) => orderId)).size).toBe(1)
    const order = await one.store.orderStore.orders.find(request)
    expect(order?.payments.map(({ payNo }) => payNo).toSorted()).toEqual(asked.map(({ payNo }) => payNo).toSorted())
    expect(order?.version).toBeLessThan(CALLERS)
  })

  it('gives each of 32 callers in two processes a payment of one order: they commit together, so few conflict', async () => {
    const { one, all } = await start()
    const request = sampleRequest({ outBusinessId: outBusinessId('asked-by-two') })
    const asked = await Promise.all(all.map(({ service }) => service.createOrder(sampleUserId, request)))
    const order = await one.store.orderStore.orders.find(request)
    expect(order?.payments.map(({ payNo }) => payNo).toSorted()).toEqual(asked.map(({ payNo }) => payNo).toSorted())
  })

  it('books a payment once when notifications and queries of two processes prove it at the same time', async () => {
    const { fake, one, all } = await start()
    const { orderStore } = one.store
    for (const round of [1, 2, 3, 4, 5]) {
      const request = sampleRequest({ outBusinessId: outBusinessId(`raced-${round}`) })
      const { payNo, orderId } = await one.service.createOrder(sampleUserId, request)
      await payAt(fake, one, payNo)
      const answers = await Promise.all(
        all.map(async ({ callbacks, service }, caller) => {
          if (caller % 4 < 2) return (await callbacks.receiveNotify(fake.notify(payNo))).answer
          return (await service.queryPayResult(payNo, buyer)).status
        }),
      )
      expect(new Set(answers.filter((answer) => answer.startsWith('s')))).toEqual(new Set(['success']))
      const order = await orderStore.orders.find({ id: orderId })
      expect(order?.payments.map(({ receipt }) => receipt)).toEqual(['booked'])
      const booked = (await orderStore.journal.listOf(payNo)).filter(({ verdict }) => verdict === 'booked')
      expect(booked).toHaveLength(1)
    }
    expect((await orderStore.outbox.backlog()).waiting).toBe(5)
  })

  it('refunds all but one of the payments that two processes hear of at the same time', async () => {
    const { fake, one, all } = await start()
    const request = sampleRequest({ outBusinessId: outBusinessId('paid-by-many') })
    const payments = await Promise.all(all.slice(0, 8).map(({ service }) => service.createOrder(sampleUserId, request)))
    for (const { payNo } of payments) await payAt(fake, one, payNo)
    await Promise.all(payments.map(({ payNo }, caller) => all[caller]?.callbacks.receiveNotify(fake.notify(payNo))))
    const order = await one.store.orderStore.orders.find(request)
    expect(order?.payments.filter(({ receipt }) => receipt === 'booked')).toHaveLength(1)
    expect(order?.payments.filter(({ receipt }) => receipt === 'surplus')).toHaveLength(7)
    expect(order?.refunds).toHaveLength(7)
  })
}

describe('callers of one order on SQLite', () => {
  describeRaces(() => `sqlite:${temporaryDatabaseFile()}`)
})

describeOnMysql('callers of one order on MySQL', () => {
  const test = mysqlTestDatabase()
  describeRaces(() => test.url())
})
