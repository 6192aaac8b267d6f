import { courseId, orderId, outBusinessId, payNo, payToken } from '@coursepay/core'
import {
  sampleChoice,
  sampleCourse,
  sampleEvidence,
  sampleMessage,
  sampleOrder,
  samplePayRecord,
  sampleRefund,
  sampleTableEntry,
  sampleUserId,
} from '@coursepay/core/contracts'
import type { Database } from '../../src/database.js'

const order = sampleOrder()
const payRecord = samplePayRecord(order)
const claimed = { message: sampleMessage(), token: 'token', attempts: 0, claims: 1 }

/** Each call of each store that looks something up. */
export async function callEverything(database: Database): Promise<void> {
  const { orderStores, learningStores, catalogue, idGenerator, paymentLedger } = database
  const { orders, buyerOrders, payRecords, refunds, outbox, journal } = orderStores
  const { choices, courseTable, handled } = learningStores
  await orders.insertOrRead(order)
  await orders.findBy({ outBusinessId: outBusinessId('b') })
  await orders.findBy({ payNo: payNo('1') })
  await orders.change(orderId('1'), { from: '600001', to: '600002' })
  await orders.listOverdue(0, 1)
  await buyerOrders.page(sampleUserId, 0, 1)
  await payRecords.find({ payNo: payNo('1') })
  await payRecords.find({ token: payRecord.token })
  await payRecords.listOf(order.id)
  await payRecords.change(payRecord.payNo, { from: '601001', to: '601002' })
  await payRecords.takeQueryTurn(payRecord.payNo, 1, 2)
  await refunds.open(sampleRefund(payRecord))
  await refunds.listOf(order.id)
  await refunds.claimDue(1, 1)
  await refunds.finish(sampleRefund(payRecord).id, 'failed', 1)
  await outbox.claim(1, 1)
  await outbox.delivered(claimed)
  await outbox.postpone(claimed, { delayMs: 1, reason: '', countsAsAttempt: true })
  await outbox.park(claimed, '')
  await journal.record(sampleEvidence())
  await journal.listOf('1')
  await paymentLedger.paidWithin({ from: 0, to: 9 }, { limit: 9, after: { at: 1, id: '1' } })
  await paymentLedger.refundedWithin({ from: 0, to: 9 }, { limit: 9, after: { at: 1, id: '1' } })
  await paymentLedger.paymentsOf([payRecord.payNo])
  await paymentLedger.refundsOf([payRecord.payNo])
  await choices.insertOrRead(sampleChoice())
  await choices.findCurrent(sampleUserId, sampleCourse().courseId)
  await choices.grant(sampleChoice())
  await choices.retire(sampleChoice().id)
  await courseTable.put(sampleTableEntry(sampleChoice()))
  await courseTable.page(sampleUserId, 0, 1)
  await handled.takeOnce('consumer', sampleMessage().id, 1)
  await catalogue.find(sampleCourse().courseId)
  await idGenerator.nextId()
}

/** Each look-up by a key, of three rows at once. */
export async function lookUpAtOnce(database: Database): Promise<void> {
  const { orderStores, learningStores, catalogue } = database
  const { orders, payRecords } = orderStores
  const ids = ['1', '2', '3']
  await Promise.all(
    ids.flatMap((id): Promise<unknown>[] => [
      orders.find(orderId(id)),
      orders.findBy({ outBusinessId: outBusinessId(`v${id}`) }),
      orders.findBy({ payNo: payNo(id) }),
      payRecords.find({ payNo: payNo(id) }),
      payRecords.find({ token: payToken(`token-${id}`) }),
      learningStores.choices.find(sampleChoice(Number(id)).id),
      learningStores.choices.findCurrent(sampleUserId, courseId(id)),
      catalogue.find(courseId(id)),
    ]),
  )
}
