import { refundId } from '../../src/shared/identifiers.js'
import { fen, LARGEST_AMOUNT } from '../../src/shared/money.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { awkwardAmounts, SAMPLE_TIME, sampleId, sampleOrder, samplePayRecord, sampleRefund } from './sample-data.js'
import { atOnce, keepsSecrets, type OrderStoresHarness, rolledBack, tamper, unavailable } from './store-harness.js'

const order = sampleOrder()
const payRecord = samplePayRecord(order)
const noRefund = refundId(sampleId(99))
const LEASE_MS = 15_000

/** Refunds belong to an attempt of an order, so these are there first. */
async function withPayRecord({ stores }: OrderStoresHarness) {
  await stores.orders.insertOrRead(order)
  await stores.payRecords.insert(payRecord)
  await stores.payRecords.insert(samplePayRecord(order, 2))
  return stores.refunds
}

const everyCall = ({ stores: { refunds } }: OrderStoresHarness) => [
  refunds.open(sampleRefund(payRecord)),
  refunds.listOf(order.id),
  refunds.claimDue(10, LEASE_MS),
  refunds.finish(noRefund, 'succeeded', SAMPLE_TIME),
  refunds.reopen(noRefund),
]

export const refundRepositoryContract = defineContract<OrderStoresHarness>()('RefundRepository', {
  'stores a refund and lists it as it was': async (harness) => {
    const refunds = await withPayRecord(harness)
    await refunds.open(sampleRefund(payRecord))
    equal(await refunds.listOf(order.id), [sampleRefund(payRecord)])
  },

  'lists every refund of an order, oldest first': async (harness) => {
    const refunds = await withPayRecord(harness)
    const other = sampleOrder(2)
    await harness.stores.orders.insertOrRead(other)
    await harness.stores.payRecords.insert(samplePayRecord(other, 3))
    const newer = sampleRefund(payRecord, 1, { createDate: SAMPLE_TIME + 2 })
    const older = sampleRefund(payRecord, 2, { createDate: SAMPLE_TIME + 1 })
    for (const refund of [newer, older, sampleRefund(samplePayRecord(other, 3), 3)]) await refunds.open(refund)
    equal(await refunds.listOf(order.id), [older, newer])
  },

  'lists nothing for an order that has no refund': async (harness) => {
    const refunds = await withPayRecord(harness)
    equal(await refunds.listOf(order.id), [])
  },

  'keeps ids above 2^53 and amounts exact': async (harness) => {
    const refunds = await withPayRecord(harness)
    const attempts = awkwardAmounts.map((_, count) =>
      samplePayRecord({ ...order, totalPrice: LARGEST_AMOUNT }, 10 + count),
    )
    for (const attempt of attempts) await harness.stores.payRecords.insert(attempt)
    const opened = attempts.map((attempt, count) =>
      sampleRefund(attempt, count, { amount: awkwardAmounts[count] ?? attempt.totalPrice }),
    )
    ensure(Number(opened[0]?.id) === Number(opened[1]?.id), 'Their ids are one number to a float.')
    for (const refund of opened) await refunds.open(refund)
    equal(await refunds.listOf(order.id), opened)
  },

  'never opens more than was paid for an attempt, and tells so': async (harness) => {
    const refunds = await withPayRecord(harness)
    const [part, rest, more] = [fen(1), fen(payRecord.totalPrice - 1), fen(1)]
    equal(await refunds.open(sampleRefund(payRecord, 1, { amount: part })), 'opened')
    equal(await refunds.open(sampleRefund(payRecord, 2, { amount: payRecord.totalPrice })), 'too_much')
    equal(await refunds.open(sampleRefund(payRecord, 3, { amount: rest })), 'opened')
    equal(await refunds.open(sampleRefund(payRecord, 4, { amount: more })), 'too_much')
    equal(await refunds.open(sampleRefund(samplePayRecord(order, 2), 5, { amount: payRecord.totalPrice })), 'opened')
    equal((await harness.storedIds('refunds')).length, 3, 'how many are stored')
  },

  'opens as many as fit when many callers want different ones at once': async (harness) => {
    const refunds = await withPayRecord(harness)
    const third = fen(Math.floor(payRecord.totalPrice / 3))
    const openings = await atOnce(10, (count) => refunds.open(sampleRefund(payRecord, count, { amount: third })))
    equal(openings.filter((opening) => opening === 'opened').length, 3, 'how many were opened')
    equal((await refunds.listOf(order.id)).length, 3, 'how many are stored')
  },

  'says that a refund number of this attempt is known': async (harness) => {
    const refunds = await withPayRecord(harness)
    const first = sampleRefund(payRecord, 1, { amount: payRecord.totalPrice })
    equal(await refunds.open(first), 'opened')
    equal(await refunds.open({ ...sampleRefund(payRecord, 2), outRequestNo: first.outRequestNo }), 'known')
  },

  'makes room for others when a refund fails, not when it succeeds': async (harness) => {
    const refunds = await withPayRecord(harness)
    const whole = (count: number) => sampleRefund(payRecord, count, { amount: payRecord.totalPrice })
    await refunds.open(whole(1))
    await refunds.finish(whole(1).id, 'failed', SAMPLE_TIME)
    equal(await refunds.open(whole(2)), 'opened')
    await refunds.finish(whole(2).id, 'succeeded', SAMPLE_TIME)
    equal(await refunds.open(whole(3)), 'too_much')
  },

  'opens a failed refund again under its number, due at once': async (harness) => {
    const refunds = await withPayRecord(harness)
    const refund = sampleRefund(payRecord)
    await refunds.open(refund)
    await refunds.claimDue(10, LEASE_MS)
    await refunds.finish(refund.id, 'failed', SAMPLE_TIME)
    equal(await refunds.reopen(refund.id), true)
    equal(await refunds.listOf(order.id), [refund])
    equal(await refunds.claimDue(10, LEASE_MS), [refund])
    equal(await refunds.reopen(refund.id), false, 'a second call')
  },

  'leaves a refund that was opened under a lease to whoever opened it': async (harness) => {
    const refunds = await withPayRecord(harness)
    const refund = sampleRefund(payRecord)
    await refunds.open(refund, LEASE_MS)
    equal(await refunds.claimDue(10, LEASE_MS), [], 'what others are handed')
    await harness.passTime(LEASE_MS)
    equal(await refunds.claimDue(10, LEASE_MS), [refund], 'what is handed out after the lease')
    await refunds.finish(refund.id, 'failed', SAMPLE_TIME)
    await refunds.reopen(refund.id, 2 * LEASE_MS)
    await harness.passTime(LEASE_MS)
    equal(await refunds.claimDue(10, LEASE_MS), [], 'what others are handed when it is opened again')
  },

  'opens no refund again that has not failed, or is not there': async (harness) => {
    const refunds = await withPayRecord(harness)
    const refund = sampleRefund(payRecord)
    await refunds.open(refund)
    equal(await refunds.reopen(refund.id), false, 'of a pending one')
    await refunds.finish(refund.id, 'succeeded', SAMPLE_TIME)
    equal(await refunds.reopen(refund.id), false, 'of one that succeeded')
    equal(await refunds.reopen(noRefund), false, 'of none')
  },

  'opens no failed refund again when it no longer fits': async (harness) => {
    const refunds = await withPayRecord(harness)
    const whole = (count: number) => sampleRefund(payRecord, count, { amount: payRecord.totalPrice })
    await refunds.open(whole(1))
    await refunds.finish(whole(1).id, 'failed', SAMPLE_TIME)
    await refunds.open(whole(2))
    equal(await refunds.reopen(whole(1).id), false)
    equal(
      (await refunds.listOf(order.id)).map(({ status }) => status),
      ['failed', 'pending'],
    )
  },

  'stores one refund for an attempt and a refund number, and the first one stays': async (harness) => {
    const refunds = await withPayRecord(harness)
    const first = sampleRefund(payRecord, 1)
    await refunds.open(first)
    await refunds.open(sampleRefund(payRecord, 2, { outRequestNo: first.outRequestNo, reason: 'another' }))
    equal(await refunds.listOf(order.id), [first])
    equal(await harness.storedIds('refunds'), [first.id])
  },

  'takes the same refund number for another attempt': async (harness) => {
    const refunds = await withPayRecord(harness)
    const first = sampleRefund(payRecord, 1)
    const second = sampleRefund(samplePayRecord(order, 2), 2, { outRequestNo: first.outRequestNo })
    await refunds.open(first)
    await refunds.open(second)
    equal(await refunds.listOf(order.id), [first, second])
  },

  'tells refund numbers apart by upper and lower case': async (harness) => {
    const refunds = await withPayRecord(harness)
    const lower = sampleRefund(payRecord, 1, { outRequestNo: 'refund-a' })
    const upper = sampleRefund(payRecord, 2, { outRequestNo: 'REFUND-A' })
    await refunds.open(lower)
    await refunds.open(upper)
    equal(await refunds.listOf(order.id), [lower, upper])
  },

  'stores one refund for many callers at once': async (harness) => {
    const refunds = await withPayRecord(harness)
    const { outRequestNo } = sampleRefund(payRecord)
    await atOnce(8, (index) => refunds.open(sampleRefund(payRecord, index, { outRequestNo })))
    equal((await harness.storedIds('refunds')).length, 1, 'the number of refunds stored')
  },

  'hands a pending refund out at once': async (harness) => {
    const refunds = await withPayRecord(harness)
    await refunds.open(sampleRefund(payRecord))
    equal(await refunds.claimDue(10, LEASE_MS), [sampleRefund(payRecord)])
  },

  'hands a refund to nobody else during its lease': async (harness) => {
    const refunds = await withPayRecord(harness)
    await refunds.open(sampleRefund(payRecord))
    await refunds.claimDue(10, LEASE_MS)
    await harness.passTime(LEASE_MS / 2)
    equal(await refunds.claimDue(10, LEASE_MS), [])
  },

  'hands a refund out again after its lease': async (harness) => {
    const refunds = await withPayRecord(harness)
    await refunds.open(sampleRefund(payRecord))
    await refunds.claimDue(10, LEASE_MS)
    await harness.passTime(LEASE_MS)
    equal(await refunds.claimDue(10, LEASE_MS), [sampleRefund(payRecord)])
  },

  'hands out no more refunds than asked for': async (harness) => {
    const refunds = await withPayRecord(harness)
    for (const count of [1, 2, 3]) await refunds.open(sampleRefund(payRecord, count))
    equal((await refunds.claimDue(2, LEASE_MS)).length, 2, 'the number of refunds in the first claim')
    equal((await refunds.claimDue(2, LEASE_MS)).length, 1, 'the number of refunds in the second claim')
  },

  'never hands one refund to two callers at once': async (harness) => {
    const refunds = await withPayRecord(harness)
    for (const count of [1, 2, 3, 4, 5, 6]) await refunds.open(sampleRefund(payRecord, count))
    const claims = await atOnce(4, () => refunds.claimDue(2, LEASE_MS))
    claims.push(await refunds.claimDue(10, LEASE_MS))
    const ids = claims.flat().map((refund) => refund.id)
    equal(
      ids.sort(),
      [1, 2, 3, 4, 5, 6].map((count) => sampleRefund(payRecord, count).id),
      'what all callers got',
    )
  },

  'ends a pending refund, with the time of its end': async (harness) => {
    const refunds = await withPayRecord(harness)
    for (const count of [1, 2, 3]) await refunds.open(sampleRefund(payRecord, count))
    equal(await refunds.finish(sampleRefund(payRecord, 1).id, 'succeeded', SAMPLE_TIME + 9), true)
    equal(await refunds.finish(sampleRefund(payRecord, 2).id, 'failed', SAMPLE_TIME + 8), true)
    equal(await refunds.listOf(order.id), [
      sampleRefund(payRecord, 1, { status: 'succeeded', finishDate: SAMPLE_TIME + 9 }),
      sampleRefund(payRecord, 2, { status: 'failed', finishDate: SAMPLE_TIME + 8 }),
      sampleRefund(payRecord, 3),
    ])
  },

  'never hands out a refund that has ended': async (harness) => {
    const refunds = await withPayRecord(harness)
    await refunds.open(sampleRefund(payRecord))
    await refunds.finish(sampleRefund(payRecord).id, 'failed', SAMPLE_TIME)
    await harness.passTime(LEASE_MS)
    equal(await refunds.claimDue(10, LEASE_MS), [])
  },

  'answers false to a second end, and the first one stays': async (harness) => {
    const refunds = await withPayRecord(harness)
    const { id } = sampleRefund(payRecord)
    await refunds.open(sampleRefund(payRecord))
    await refunds.finish(id, 'succeeded', SAMPLE_TIME)
    equal(await refunds.finish(id, 'failed', SAMPLE_TIME + 1), false)
    equal(await refunds.listOf(order.id), [
      sampleRefund(payRecord, 1, { status: 'succeeded', finishDate: SAMPLE_TIME }),
    ])
  },

  'answers false to the end of a refund that is not there': async (harness) => {
    const refunds = await withPayRecord(harness)
    equal(await refunds.finish(noRefund, 'succeeded', SAMPLE_TIME), false)
  },

  'takes back what a failed unit of work did': async (harness) => {
    await (await withPayRecord(harness)).open(sampleRefund(payRecord, 1))
    await rolledBack(harness, async ({ refunds }) => {
      await refunds.open(sampleRefund(payRecord, 2))
      await refunds.finish(sampleRefund(payRecord, 1).id, 'succeeded', SAMPLE_TIME)
    })
    equal(await harness.stores.refunds.listOf(order.id), [sampleRefund(payRecord, 1)])
    equal(await harness.storedIds('refunds'), [sampleRefund(payRecord, 1).id])
  },

  'keeps a refund and its lease over a restart': async (harness) => {
    const refunds = await withPayRecord(harness)
    await refunds.open(sampleRefund(payRecord, 1))
    await refunds.claimDue(10, LEASE_MS)
    await refunds.open(sampleRefund(payRecord, 2))
    await harness.reopen()
    const reopened = harness.stores.refunds
    equal(await reopened.listOf(order.id), [sampleRefund(payRecord, 1), sampleRefund(payRecord, 2)])
    equal(await reopened.claimDue(10, LEASE_MS), [sampleRefund(payRecord, 2)])
  },

  'shares no object with its callers': async (harness) => {
    const refunds = await withPayRecord(harness)
    const refund = sampleRefund(payRecord)
    await refunds.open(refund)
    const [listed] = await refunds.listOf(order.id)
    for (const copy of [refund, listed]) tamper(() => void Object.assign(copy ?? {}, { status: 'failed' }))
    equal(await refunds.listOf(order.id), [sampleRefund(payRecord)])
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) => keepsSecrets(harness, () => everyCall(harness)),
})
