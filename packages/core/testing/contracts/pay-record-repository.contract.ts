import { payNo, payToken } from '../../src/shared/identifiers.js'
import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { ensure, equal, failureOf, rejectsWithCode, textOf } from './assertions.js'
import { defineContract } from './define-contract.js'
import { awkwardAmounts, SAMPLE_TIME, sampleId, sampleOrder, samplePayment, samplePayRecord } from './sample-data.js'
import { atOnce, keepsSecrets, type OrderStoresHarness, rolledBack, tamper, unavailable } from './store-harness.js'

const { unpaid, paid, closed } = PayStatus
const order = sampleOrder()
const noAttempt = payNo(sampleId(99))
const noToken = payToken('nobodyHasThisToken000A')

/** Attempts belong to an order, so the order is there first. */
async function withOrder({ stores }: OrderStoresHarness) {
  await stores.orders.insertOrRead(order)
  return stores.payRecords
}

const everyCall = ({ stores: { payRecords } }: OrderStoresHarness) => [
  payRecords.insert(samplePayRecord(order)),
  payRecords.find({ payNo: noAttempt }),
  payRecords.find({ token: samplePayRecord(order).token }),
  payRecords.listOf(order.id),
  payRecords.change(noAttempt, { from: unpaid, to: paid, payment: samplePayment() }),
  payRecords.takeQueryTurn(noAttempt, SAMPLE_TIME, SAMPLE_TIME),
]

export const payRecordRepositoryContract = defineContract<OrderStoresHarness>()('PayRecordRepository', {
  'stores an attempt and hands it back as it was': async (harness) => {
    const payRecords = await withOrder(harness)
    const payRecord = samplePayRecord(order)
    await payRecords.insert(payRecord)
    equal(await payRecords.find({ payNo: payRecord.payNo }), payRecord)
  },

  'keeps an attempt without an address to return to': async (harness) => {
    const payRecords = await withOrder(harness)
    const payRecord = samplePayRecord(order, 1, { returnUrl: null })
    await payRecords.insert(payRecord)
    equal(await payRecords.find({ payNo: payRecord.payNo }), payRecord)
  },

  'finds an attempt by its token': async (harness) => {
    const payRecords = await withOrder(harness)
    await payRecords.insert(samplePayRecord(order, 1))
    await payRecords.insert(samplePayRecord(order, 2))
    equal(await payRecords.find({ token: samplePayRecord(order, 2).token }), samplePayRecord(order, 2))
  },

  'answers null for an attempt that is not there': async (harness) => {
    const payRecords = await withOrder(harness)
    await payRecords.insert(samplePayRecord(order))
    equal(await payRecords.find({ payNo: noAttempt }), null)
    equal(await payRecords.find({ token: noToken }), null)
  },

  'tells tokens apart by upper and lower case': async (harness) => {
    const payRecords = await withOrder(harness)
    const payRecord = samplePayRecord(order)
    await payRecords.insert(payRecord)
    equal(await payRecords.find({ token: payToken(payRecord.token.toUpperCase()) }), null)
  },

  'keeps numbers above 2^53 apart': async (harness) => {
    const payRecords = await withOrder(harness)
    const [some, other] = [samplePayRecord(order, 1), samplePayRecord(order, 2)]
    ensure(Number(some.payNo) === Number(other.payNo), 'The two numbers are one number to a float.')
    await payRecords.insert(some)
    await payRecords.insert(other)
    equal(await payRecords.find({ payNo: some.payNo }), some)
    equal(await payRecords.find({ payNo: other.payNo }), other)
  },

  'keeps amounts exact, up to the largest payment': async (harness) => {
    const payRecords = await withOrder(harness)
    for (const [count, totalPrice] of awkwardAmounts.entries()) {
      const payRecord = samplePayRecord(order, count, { totalPrice })
      await payRecords.insert(payRecord)
      equal(await payRecords.find({ payNo: payRecord.payNo }), payRecord)
    }
  },

  'refuses a number that exists with state_conflict': async (harness) => {
    const payRecords = await withOrder(harness)
    const { payNo } = samplePayRecord(order, 1)
    await payRecords.insert(samplePayRecord(order, 1))
    await rejectsWithCode(payRecords.insert(samplePayRecord(order, 2, { payNo })), 'state_conflict')
    equal(await payRecords.find({ payNo }), samplePayRecord(order, 1))
  },

  'refuses a token that exists with state_conflict': async (harness) => {
    const payRecords = await withOrder(harness)
    const { token } = samplePayRecord(order, 1)
    await payRecords.insert(samplePayRecord(order, 1))
    await rejectsWithCode(payRecords.insert(samplePayRecord(order, 2, { token })), 'state_conflict')
    equal(await payRecords.find({ token }), samplePayRecord(order, 1))
  },

  'does not name the token in the refusal': async (harness) => {
    const payRecords = await withOrder(harness)
    const { token } = samplePayRecord(order, 1)
    await payRecords.insert(samplePayRecord(order, 1))
    const refusal = textOf(await failureOf(payRecords.insert(samplePayRecord(order, 2, { token }))))
    ensure(!refusal.includes(token), 'The refusal shows a token with which anyone may open the pay page.')
  },

  'lists every attempt of an order, oldest first': async (harness) => {
    const payRecords = await withOrder(harness)
    const other = sampleOrder(2)
    await harness.stores.orders.insertOrRead(other)
    const newer = samplePayRecord(order, 1, { createDate: SAMPLE_TIME + 2 })
    const older = samplePayRecord(order, 2, { createDate: SAMPLE_TIME + 1, status: closed })
    for (const payRecord of [newer, older, samplePayRecord(other, 3)]) await payRecords.insert(payRecord)
    equal(await payRecords.listOf(order.id), [older, newer])
  },

  'lists nothing for an order that has no attempt': async (harness) => {
    const payRecords = await withOrder(harness)
    equal(await payRecords.listOf(order.id), [])
  },

  'changes the state together with the facts of the payment': async (harness) => {
    const payRecords = await withOrder(harness)
    const payRecord = samplePayRecord(order)
    const payment = samplePayment()
    await payRecords.insert(payRecord)
    equal(await payRecords.change(payRecord.payNo, { from: unpaid, to: paid, payment }), true)
    equal(await payRecords.find({ payNo: payRecord.payNo }), { ...payRecord, ...payment, status: paid })
  },

  'leaves the facts of the payment as they are when the change names none': async (harness) => {
    const payRecords = await withOrder(harness)
    const payRecord = samplePayRecord(order)
    const payment = samplePayment({ receipt: 'surplus' })
    await payRecords.insert(payRecord)
    await payRecords.change(payRecord.payNo, { from: unpaid, to: paid, payment })
    equal(await payRecords.change(payRecord.payNo, { from: paid, to: PayStatus.refunded }), true)
    const refunded = { ...payRecord, ...payment, status: PayStatus.refunded }
    equal(await payRecords.find({ payNo: payRecord.payNo }), refunded)
  },

  'changes no other attempt': async (harness) => {
    const payRecords = await withOrder(harness)
    await payRecords.insert(samplePayRecord(order, 1))
    await payRecords.insert(samplePayRecord(order, 2))
    await payRecords.change(samplePayRecord(order, 1).payNo, { from: unpaid, to: closed })
    equal(await payRecords.find({ payNo: samplePayRecord(order, 2).payNo }), samplePayRecord(order, 2))
  },

  'changes nothing when the attempt is in another state': async (harness) => {
    const payRecords = await withOrder(harness)
    const payRecord = samplePayRecord(order)
    await payRecords.insert(payRecord)
    equal(await payRecords.change(payRecord.payNo, { from: closed, to: paid, payment: samplePayment() }), false)
    equal(await payRecords.find({ payNo: payRecord.payNo }), payRecord)
  },

  'answers false to a change of an attempt that is not there': async (harness) => {
    const payRecords = await withOrder(harness)
    equal(await payRecords.change(noAttempt, { from: unpaid, to: closed }), false)
  },

  'answers false to a repeated change': async (harness) => {
    const payRecords = await withOrder(harness)
    const { payNo } = samplePayRecord(order)
    await payRecords.insert(samplePayRecord(order))
    equal(await payRecords.change(payNo, { from: unpaid, to: closed }), true)
    equal(await payRecords.change(payNo, { from: unpaid, to: closed }), false)
  },

  'lets one of many competing changes win': async (harness) => {
    const payRecords = await withOrder(harness)
    const { payNo } = samplePayRecord(order)
    await payRecords.insert(samplePayRecord(order))
    const wins = await atOnce(8, (index) => {
      const payment = samplePayment({ outPayNo: `trade-${index}` })
      return payRecords.change(payNo, { from: unpaid, to: paid, payment })
    })
    equal(wins.filter((won) => won).length, 1, 'the number of winners')
    equal((await payRecords.find({ payNo }))?.outPayNo, `trade-${wins.indexOf(true)}`)
  },

  'gives a query turn, and the next one not before its time': async (harness) => {
    const payRecords = await withOrder(harness)
    const { payNo } = samplePayRecord(order)
    await payRecords.insert(samplePayRecord(order))
    const turn = (now: number) => payRecords.takeQueryTurn(payNo, now, now + 5_000)
    equal(await turn(SAMPLE_TIME), true, 'the first turn, in the moment of the attempt itself')
    equal(await turn(SAMPLE_TIME + 4_999), false, 'a turn that comes too early')
    equal(await turn(SAMPLE_TIME + 5_000), true, 'a turn in time')
  },

  'throttles each attempt by itself': async (harness) => {
    const payRecords = await withOrder(harness)
    for (const count of [1, 2]) await payRecords.insert(samplePayRecord(order, count))
    await payRecords.takeQueryTurn(samplePayRecord(order, 1).payNo, SAMPLE_TIME, SAMPLE_TIME + 5_000)
    equal(await payRecords.takeQueryTurn(samplePayRecord(order, 2).payNo, SAMPLE_TIME, SAMPLE_TIME + 5_000), true)
  },

  'gives no query turn for an attempt that is not unpaid': async (harness) => {
    const payRecords = await withOrder(harness)
    const { payNo } = samplePayRecord(order)
    await payRecords.insert(samplePayRecord(order, 1, { status: closed }))
    equal(await payRecords.takeQueryTurn(payNo, SAMPLE_TIME, SAMPLE_TIME + 5_000), false, 'a turn for a closed attempt')
    equal(await payRecords.takeQueryTurn(noAttempt, SAMPLE_TIME, SAMPLE_TIME + 5_000), false, 'a turn for no attempt')
  },

  'gives one of many callers the query turn': async (harness) => {
    const payRecords = await withOrder(harness)
    const { payNo } = samplePayRecord(order)
    await payRecords.insert(samplePayRecord(order))
    const turns = await atOnce(8, () => payRecords.takeQueryTurn(payNo, SAMPLE_TIME, SAMPLE_TIME + 5_000))
    equal(turns.filter((turn) => turn).length, 1, 'the number of turns')
  },

  'shows nobody an attempt before its unit of work commits': async (harness) => {
    const { payNo, token } = samplePayRecord(order)
    await withOrder(harness)
    const seen: Promise<unknown>[] = []
    await rolledBack(harness, async ({ payRecords }) => {
      await payRecords.insert(samplePayRecord(order))
      const { payRecords: outside } = harness.stores
      seen.push(outside.find({ payNo }), outside.find({ token }))
      equal(await payRecords.find({ payNo }), samplePayRecord(order), 'what the unit itself sees')
    })
    equal(await Promise.all(seen), [null, null])
  },

  'takes back what a failed unit of work did': async (harness) => {
    const payRecord = samplePayRecord(order)
    await (await withOrder(harness)).insert(payRecord)
    await rolledBack(harness, async ({ orders, payRecords }) => {
      await payRecords.insert(samplePayRecord(order, 2))
      await payRecords.change(payRecord.payNo, { from: unpaid, to: paid, payment: samplePayment() })
      await orders.change(order.id, { from: OrderStatus.unpaid, to: OrderStatus.paid })
    })
    equal(await harness.stores.payRecords.find({ payNo: payRecord.payNo }), payRecord)
    equal(await harness.storedIds('payRecords'), [payRecord.payNo])
  },

  'keeps an attempt and its throttle over a restart': async (harness) => {
    const payRecord = samplePayRecord(order)
    const payRecords = await withOrder(harness)
    await payRecords.insert(payRecord)
    await payRecords.takeQueryTurn(payRecord.payNo, SAMPLE_TIME, SAMPLE_TIME + 5_000)
    await harness.reopen()
    const reopened = harness.stores.payRecords
    equal(await reopened.find({ token: payRecord.token }), payRecord)
    equal(await reopened.takeQueryTurn(payRecord.payNo, SAMPLE_TIME + 1, SAMPLE_TIME + 5_001), false)
  },

  'shares no object with its callers': async (harness) => {
    const payRecords = await withOrder(harness)
    const payRecord = samplePayRecord(order)
    await payRecords.insert(payRecord)
    const found = await payRecords.find({ payNo: payRecord.payNo })
    for (const copy of [payRecord, found]) tamper(() => void Object.assign(copy ?? {}, { status: paid }))
    equal(await payRecords.find({ payNo: payRecord.payNo }), samplePayRecord(order))
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) =>
    keepsSecrets(harness, () => everyCall(harness), [samplePayRecord(order).token]),
})
