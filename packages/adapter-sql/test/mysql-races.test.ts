import { createOrderUseCases, outBusinessId, PayStatus, systemClock, systemPayTokens } from '@coursepay/core'
import { sampleOrder, samplePayRecord } from '@coursepay/core/contracts'
import { type InMemoryPaymentGateway, inMemoryPaymentGateway } from '@coursepay/core/fakes'
import { beforeAll, expect, it } from 'vitest'
import type { Database } from '../src/database.js'
import { mysqlDatabases } from './support/mysql-databases.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'

const test = mysqlTestDatabase()
const open = mysqlDatabases(test)
const RACES = 1_000
const created = samplePayRecord(sampleOrder())
const buyer = { userId: created.userId, operator: false }

/** An order service of one process, before the gateway that all processes share. */
function orderService(database: Database, { gateway, notifyReader }: InMemoryPaymentGateway) {
  const { orderStores, orderUnitOfWork, outboxInspection, operations, idGenerator } = database
  return createOrderUseCases({
    ...{ stores: orderStores, unitOfWork: orderUnitOfWork, outboxInspection, operations, ids: idGenerator },
    ...{ gateway, notifyReader, priceSources: {}, clock: systemClock, tokens: systemPayTokens, wakeRelay: () => {} },
    settings: {
      ...{ orderTimeToLiveMs: 1, latePolicy: 'refund', queryIntervalMs: 1, payAddresses: created },
      queriesPerSecond: RACES,
    },
  })
}

/** An order that was paid there and is unpaid here. */
async function paidThere({ orderStores }: Database, fake: InMemoryPaymentGateway, count: number) {
  const order = sampleOrder(count, { outBusinessId: outBusinessId(`raced-${count}`) })
  const payRecord = samplePayRecord(order, count)
  await fake.gateway.payPage(payRecord)
  fake.buyer.pay(payRecord.payNo)
  await orderStores.orders.insertOrRead(order)
  await orderStores.payRecords.insert(payRecord)
  return payRecord.payNo
}

describeOnMysql('a payment on MySQL', () => {
  beforeAll(async () => {
    await (await open()).migrate()
  })

  it('is booked by exactly one of a notification and a query that race a thousand times', {
    timeout: 120_000,
  }, async () => {
    const fake = inMemoryPaymentGateway({ clock: { now: () => created.createDate } })
    const databases = [await open(), await open()] as const
    const [notified, asking] = databases.map((database) => orderService(database, fake)) as [
      ReturnType<typeof orderService>,
      ReturnType<typeof orderService>,
    ]
    const winners = { notify: 0, query: 0 }
    async function race(count: number): Promise<void> {
      const payNo = await paidThere(databases[0], fake, count)
      const query = asking.service.queryPayResult(payNo, buyer)
      const [{ answer }] = await Promise.all([notified.door.receiveNotify(fake.notify(payNo)), query])
      const { payRecords, journal } = databases[0].orderStores
      const stored = await payRecords.find({ payNo })
      expect([answer, stored?.status, stored?.receipt]).toEqual(['success', PayStatus.paid, 'booked'])
      const booked = (await journal.listOf(payNo)).filter(({ verdict }) => verdict === 'booked')
      expect(booked).toHaveLength(1)
      for (const { source } of booked) if (source === 'notify' || source === 'query') winners[source] += 1
    }
    const counts = Array.from({ length: RACES }, (_, index) => index + 1)
    while (counts.length > 0) await Promise.all(counts.splice(0, 10).map(race))
    expect((await databases[0].outboxInspection.backlog()).waiting).toBe(RACES)
    // Nobody wins every race: they did meet.
    expect(Math.min(winners.notify, winners.query)).toBeGreaterThan(0)
  })
})
