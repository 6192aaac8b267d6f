import type { PayRecord, Receipt } from '../../src/orders/domain/pay-record.js'
import { messageId } from '../../src/shared/identifiers.js'
import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import {
  SAMPLE_TIME,
  sampleId,
  sampleMessage,
  sampleOrder,
  samplePayment,
  samplePayRecord,
  sampleRefund,
} from './sample-data.js'
import { atOnce, keepsSecrets, type OrderStoresHarness, rolledBack, tamper, unavailable } from './store-harness.js'

const { unpaid, paid, closed, refunded } = PayStatus
const LEASE_MS = 60_000
const noMessage = messageId(sampleId(99))
const order = sampleOrder()
const payRecord = samplePayRecord(order)
const refund = (count: number) => sampleRefund(payRecord, count)

const everyCall = ({ operations }: OrderStoresHarness) => [
  operations.deadMessages(10),
  operations.deadMessage(sampleMessage().id),
  operations.openRefunds(10),
  operations.heldPayments(10),
  operations.counts(),
]

/** Appends messages and gives each up, one after the other. */
async function bury({ stores: { outbox }, passTime }: OrderStoresHarness, ...counts: number[]) {
  for (const count of counts) {
    await outbox.append(sampleMessage(count))
    const [claim] = await outbox.claim(1, LEASE_MS)
    ensure(claim !== undefined, 'A message that was appended is handed out.')
    await outbox.park(claim, `no queue ${count}`)
    await passTime(1_000)
  }
}

/** The sample order with its first attempt, which was paid. */
async function withPayment({ stores }: OrderStoresHarness) {
  await stores.orders.insertOrRead(order)
  await stores.payRecords.insert(payRecord)
  await stores.payRecords.change(payRecord.payNo, { from: unpaid, to: paid, payment: samplePayment() })
  return stores
}

/** An attempt of the sample order that was paid, and what became of its money. */
async function received({ stores }: OrderStoresHarness, attempt: PayRecord, receipt: Receipt): Promise<PayRecord> {
  const payment = samplePayment({ receipt })
  await stores.payRecords.insert(attempt)
  await stores.payRecords.change(attempt.payNo, { from: unpaid, to: paid, payment })
  return { ...attempt, ...payment, status: paid }
}

const deadIds = async ({ operations }: OrderStoresHarness, limit = 10) =>
  (await operations.deadMessages(limit)).map(({ message }) => message.id)

export const operationsViewContract = defineContract<OrderStoresHarness>()('OperationsView', {
  'shows a dead message with its reason and its attempts': async (harness) => {
    const { outbox } = harness.stores
    const message = sampleMessage(1, { businessKey3: '第三' })
    await outbox.append(message)
    for (const claim of await outbox.claim(1, LEASE_MS)) {
      await outbox.postpone(claim, { delayMs: 0, reason: 'not routed', countsAsAttempt: true })
    }
    for (const claim of await outbox.claim(1, LEASE_MS)) await outbox.park(claim, '毒消息')
    const [dead, ...others] = await harness.operations.deadMessages(10)
    equal([dead?.message, dead?.reason, dead?.attempts, others], [message, '毒消息', 1, []])
    equal(await harness.operations.deadMessage(message.id), dead ?? null, 'the same message by its id')
  },

  'tells when a message died': async (harness) => {
    await bury(harness, 1, 2)
    const [some, other] = await harness.operations.deadMessages(10)
    const between = (other?.diedAt ?? 0) - (some?.diedAt ?? 0)
    ensure(between >= 1_000 && between < 500_000, `One died a second after the other, not ${between} ms.`)
  },

  'shows the longest dead first': async (harness) => {
    await bury(harness, 3, 1, 2)
    equal(await deadIds(harness), [sampleId(303), sampleId(301), sampleId(302)])
  },

  'shows no more dead messages than asked for': async (harness) => {
    await bury(harness, 3, 1, 2)
    equal(await deadIds(harness, 2), [sampleId(303), sampleId(301)])
  },

  'shows no message that waits, is on its way or was put back': async (harness) => {
    await bury(harness, 1)
    await harness.stores.outbox.append(sampleMessage(2))
    await harness.stores.outbox.claim(1, LEASE_MS)
    await harness.stores.outbox.append(sampleMessage(3))
    await harness.outboxInspection.redeliver(sampleMessage(1).id)
    equal(await deadIds(harness), [])
    for (const count of [1, 2, 3]) equal(await harness.operations.deadMessage(sampleMessage(count).id), null)
  },

  'finds a dead message by its id, and null for any other': async (harness) => {
    await bury(harness, 1, 2)
    equal((await harness.operations.deadMessage(sampleMessage(2).id))?.message, sampleMessage(2))
    equal(await harness.operations.deadMessage(noMessage), null)
  },

  'keeps ids of messages above 2^53 apart': async (harness) => {
    const [some, other] = [sampleMessage(1), sampleMessage(2)]
    ensure(Number(some.id) === Number(other.id), 'The two ids are one number to a float.')
    await bury(harness, 1, 2)
    for (const message of [some, other]) {
      equal((await harness.operations.deadMessage(message.id))?.message, message)
    }
  },

  'shows refunds that are pending, oldest first': async (harness) => {
    const { refunds } = await withPayment(harness)
    const newer = sampleRefund(payRecord, 1, { createDate: SAMPLE_TIME + 2 })
    const older = sampleRefund(payRecord, 2, { createDate: SAMPLE_TIME + 1 })
    for (const each of [newer, older]) await refunds.open(each)
    equal(await harness.operations.openRefunds(10), [older, newer])
  },

  'shows a refund that somebody works on': async (harness) => {
    const { refunds } = await withPayment(harness)
    await refunds.open(refund(1))
    equal((await refunds.claimDue(10, LEASE_MS)).length, 1, 'the refunds in work')
    equal(await harness.operations.openRefunds(10), [refund(1)])
  },

  'shows a refund that failed and that no operator knows of': async (harness) => {
    const { refunds } = await withPayment(harness)
    for (const [index, cause] of (['surplus', 'operator'] as const).entries()) {
      const each = sampleRefund(payRecord, index + 1, { cause })
      await refunds.open(each)
      await refunds.finish(each.id, 'failed', SAMPLE_TIME)
    }
    const shown = await harness.operations.openRefunds(10)
    equal(
      shown.map(({ cause, status }) => `${cause} ${status}`),
      ['surplus failed'],
    )
  },

  'shows no refund that ended': async (harness) => {
    const { refunds } = await withPayment(harness)
    await refunds.open(refund(1))
    await refunds.open(sampleRefund(payRecord, 2, { cause: 'operator' }))
    await refunds.open(refund(3))
    await refunds.finish(refund(1).id, 'succeeded', SAMPLE_TIME)
    await refunds.finish(refund(2).id, 'failed', SAMPLE_TIME)
    equal(await harness.operations.openRefunds(10), [refund(3)])
  },

  'shows no more refunds than asked for': async (harness) => {
    const { refunds } = await withPayment(harness)
    for (const count of [1, 2, 3]) await refunds.open(refund(count))
    equal(await harness.operations.openRefunds(2), [refund(1), refund(2)])
  },

  'shows payments that are held, oldest first': async (harness) => {
    await harness.stores.orders.insertOrRead(order)
    const at = (count: number, createDate: number) => samplePayRecord(order, count, { createDate })
    const newer = await received(harness, at(1, SAMPLE_TIME + 2), 'held')
    const older = await received(harness, at(2, SAMPLE_TIME + 1), 'held')
    equal(await harness.operations.heldPayments(10), [older, newer])
  },

  'shows no payment that was booked, goes back or was given back': async (harness) => {
    await harness.stores.orders.insertOrRead(order)
    const receipts = ['booked', 'surplus', 'late', 'held'] as const
    for (const [index, receipt] of receipts.entries()) {
      await received(harness, samplePayRecord(order, index + 1), receipt)
    }
    await harness.stores.payRecords.insert(samplePayRecord(order, 5))
    await harness.stores.payRecords.change(samplePayRecord(order, 4).payNo, { from: paid, to: refunded })
    equal(await harness.operations.heldPayments(10), [])
  },

  'shows no more held payments than asked for': async (harness) => {
    await harness.stores.orders.insertOrRead(order)
    for (const count of [1, 2, 3]) await received(harness, samplePayRecord(order, count), 'held')
    const shown = await harness.operations.heldPayments(2)
    equal(
      shown.map(({ payNo }) => payNo),
      [1, 2].map((count) => samplePayRecord(order, count).payNo),
    )
  },

  'counts how many there are in each state': async (harness) => {
    const { orders, payRecords, refunds } = await withPayment(harness)
    for (const count of [2, 3]) await orders.insertOrRead(sampleOrder(count, { status: OrderStatus.closed }))
    for (const count of [2, 3]) await payRecords.insert(samplePayRecord(order, count, { status: closed }))
    for (const count of [1, 2, 3]) await refunds.open(refund(count))
    await refunds.finish(refund(1).id, 'succeeded', SAMPLE_TIME)
    const counts = await harness.operations.counts()
    equal(counts.orders, { [OrderStatus.unpaid]: 1, [OrderStatus.closed]: 2 }, 'the orders')
    equal(counts.payRecords, { [paid]: 1, [closed]: 2 }, 'the attempts')
    equal(counts.refunds, { pending: 2, succeeded: 1 }, 'the refunds')
  },

  'shows nothing where nothing is': async ({ operations }) => {
    equal(await operations.deadMessages(10), [])
    equal(await operations.openRefunds(10), [])
    equal(await operations.heldPayments(10), [])
    const { orders, payRecords, refunds } = await operations.counts()
    const all = [orders, payRecords, refunds].flatMap((states) => Object.values(states))
    ensure(
      all.every((count) => count === 0),
      'Nothing is counted.',
    )
  },

  'changes nothing, and shows the same to many at once': async (harness) => {
    await bury(harness, 1)
    const before = await harness.operations.deadMessages(10)
    for (const shown of await atOnce(4, () => harness.operations.deadMessages(10))) equal(shown, before)
    equal(await harness.outboxInspection.backlog(), { waiting: 0, dead: 1, oldestMs: 0 })
  },

  'sees only what is committed': async (harness) => {
    const early: Promise<unknown>[] = []
    await rolledBack(harness, async ({ orders, payRecords, refunds }) => {
      await orders.insertOrRead(order)
      await payRecords.insert(payRecord)
      await payRecords.change(payRecord.payNo, { from: unpaid, to: paid, payment: samplePayment({ receipt: 'held' }) })
      await refunds.open(refund(1))
      early.push(harness.operations.openRefunds(10), harness.operations.heldPayments(10))
    })
    equal(await Promise.all(early), [[], []], 'what is shown before the commit')
    equal(await harness.operations.openRefunds(10), [], 'what is shown after the unit failed')
  },

  'keeps what waits over a restart': async (harness) => {
    const { refunds } = await withPayment(harness)
    await refunds.open(refund(1))
    await bury(harness, 1)
    await harness.reopen()
    equal(await deadIds(harness), [sampleMessage(1).id])
    equal(await harness.operations.openRefunds(10), [refund(1)])
  },

  'shares no object with its callers': async (harness) => {
    await bury(harness, 1)
    const [dead] = await harness.operations.deadMessages(10)
    tamper(() => void Object.assign(dead ?? {}, { reason: 'slipped in' }))
    tamper(() => void Object.assign(dead?.message ?? {}, { businessKey3: 'slipped in' }))
    const [again] = await harness.operations.deadMessages(10)
    equal([again?.message, again?.reason], [sampleMessage(1), 'no queue 1'])
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) => keepsSecrets(harness, () => everyCall(harness)),
})
