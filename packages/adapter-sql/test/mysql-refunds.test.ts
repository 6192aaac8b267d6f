import {
  createOrderUseCases,
  fen,
  type Order,
  OrderStatus,
  outBusinessId,
  PayStatus,
  systemClock,
  systemPayTokens,
} from '@coursepay/core'
import { sampleOrder, samplePayment, samplePayRecord } from '@coursepay/core/contracts'
import { inMemoryPaymentGateway } from '@coursepay/core/fakes'
import { beforeAll, expect, it } from 'vitest'
import type { Database } from '../src/database.js'
import { mysqlDatabases } from './support/mysql-databases.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'

const test = mysqlTestDatabase()
const open = mysqlDatabases(test)
const operator = { userId: sampleOrder().userId, operator: true }

/** An order service on the database, with a gateway where every order can be paid. */
function orderService(database: Database) {
  const { orderStores, orderUnitOfWork, outboxInspection, operations, idGenerator } = database
  const created = samplePayRecord(sampleOrder())
  const fake = inMemoryPaymentGateway({ clock: { now: () => created.createDate } })
  const { service } = createOrderUseCases({
    ...{ stores: orderStores, unitOfWork: orderUnitOfWork, outboxInspection, operations, ids: idGenerator },
    ...{ gateway: fake.gateway, notifyReader: fake.notifyReader, priceSources: {} },
    ...{ clock: systemClock, tokens: systemPayTokens, wakeRelay: () => {} },
    settings: { orderTimeToLiveMs: 1, latePolicy: 'refund', queryIntervalMs: 1, payAddresses: created },
  })
  /** An order of 99 yuan, paid there and here. */
  async function paid(count: number): Promise<Order> {
    const { orders, payRecords } = orderStores
    const order = sampleOrder(count, { outBusinessId: outBusinessId(`in-two-halves-${count}`) })
    const payRecord = samplePayRecord(order, count)
    await fake.gateway.payPage(payRecord)
    fake.buyer.pay(payRecord.payNo)
    await orders.insertOrRead(order)
    await payRecords.insert(payRecord)
    await orders.change(order.id, { from: OrderStatus.unpaid, to: OrderStatus.paid })
    await payRecords.change(payRecord.payNo, { from: PayStatus.unpaid, to: PayStatus.paid, payment: samplePayment() })
    return order
  }
  return { service, paid }
}

describeOnMysql('refunds on MySQL', () => {
  beforeAll(async () => {
    await (await open()).migrate()
  })

  it('sees that all was given back, when two halves end at the same moment', async () => {
    const database = await open()
    const { service, paid } = orderService(database)
    const give = ({ id }: Order, outRequestNo: string, amount: number) =>
      service.refundOrder(id, { amount: fen(amount), reason: 'half', outRequestNo }, operator)
    // Not every pair meets: one of them is quicker to its refund than the other is to its own.
    for (let count = 1; count <= 30; count += 1) {
      const order = await paid(count)
      const halves = await Promise.all([give(order, 'one', 4_000), give(order, 'other', 5_900)])
      expect(halves.map(({ status }) => status)).toEqual(['succeeded', 'succeeded'])
      expect((await database.orderStores.orders.find(order.id))?.status).toBe(OrderStatus.refunded)
    }
    expect((await database.outboxInspection.backlog()).waiting).toBe(30)
  })
})
