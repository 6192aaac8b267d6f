import { changePayment, type Order } from '../../src/orders/domain/order.js'
import { OrderStatus } from '../../src/shared/status-codes.js'
import { ensure, equal } from './assertions.js'
import { clausesFor } from './define-contract.js'
import {
  SAMPLE_TIME,
  sampleCommit,
  sampleId,
  sampleJournalEntry,
  sampleMessage,
  sampleOperatorAction,
  sampleOrder,
  samplePaidOrder,
  samplePayment,
  sampleReceipt,
  sampleRefund,
  sampleScheduleEntry,
} from './sample-data.js'
import { callConcurrently, commitOrder, indexOfWinner, type OrderStoreHarness } from './store-harness.js'

const { paid, closed } = OrderStatus
const order = sampleOrder()
const businessOf = ({ orderType, outBusinessId }: Order) => ({ orderType, outBusinessId })
export const paymentOf = (count: number, of: Order = order) => samplePayment(of, count)

/** The paid sample order, with a further payment and a refund. */
export function paidAndRefunded(from: Order): Order {
  const [first] = from.payments
  if (first === undefined) throw new Error('The sample order has a payment.')
  const next = changePayment({ ...from, status: paid, expireDate: from.expireDate + 5 }, first.payNo, sampleReceipt())
  const later = { createDate: SAMPLE_TIME + 9, expireDate: next.expireDate, returnUrl: null }
  return { ...next, payments: [...next.payments, samplePayment(next, 7, later)], refunds: [sampleRefund(first)] }
}

/** Everything that a commit can carry beside the order. */
const sideRecords = {
  messages: [sampleMessage()],
  journal: [sampleJournalEntry()],
  actions: [sampleOperatorAction()],
  schedule: [sampleScheduleEntry()],
}

async function storedSideRecords({ store }: OrderStoreHarness) {
  const [claimed, journal, actions, schedule] = await Promise.all([
    store.outbox.claim(100, 60_000),
    store.journal.listOf(sampleId(100_001)),
    store.operatorLog.listOf(null, 100),
    store.schedule.listDue('poll', SAMPLE_TIME + 1_000, 100),
  ])
  return { messages: claimed.map(({ message }) => message), journal, actions, schedule }
}

const noSideRecords = { messages: [], journal: [], actions: [], schedule: [] }

/** The clauses of the order repository about commits that meet others, and about what a commit carries. */
export const orderCommitClauses = clausesFor<OrderStoreHarness>()({
  'answers conflict to a commit of an old version, and stores nothing of it': async (harness) => {
    const first = await commitOrder(harness, null, order)
    const second = await commitOrder(harness, first, { ...first, expireDate: first.expireDate + 1 })
    equal(await harness.store.orders.commit(sampleCommit(first, paidAndRefunded(first), sideRecords)), 'conflict')
    equal(await harness.store.orders.find({ id: order.id }), second)
    equal(await storedSideRecords(harness), noSideRecords, 'what is stored beside the order')
  },

  'answers conflict to a change of an order that is not stored': async ({ store }) => {
    equal(await store.orders.commit(sampleCommit(order, paidAndRefunded(order))), 'conflict')
    equal(await store.orders.find({ id: order.id }), null)
  },

  'answers conflict to a new order whose business id is taken': async (harness) => {
    const stored = await commitOrder(harness, null, order)
    const rival = sampleOrder(2, businessOf(order))
    equal(await harness.store.orders.commit(sampleCommit(null, rival, sideRecords)), 'conflict')
    equal(await harness.store.orders.find(businessOf(order)), stored)
    equal(await harness.store.orders.find({ id: rival.id }), null)
    equal(await storedSideRecords(harness), noSideRecords, 'what is stored beside the order')
  },

  'answers conflict to an order id, payment number or token that is taken': async (harness) => {
    const stored = await commitOrder(harness, null, order)
    const other = sampleOrder(2)
    const { payNo, token } = paymentOf(1)
    const rivals = [
      order,
      { ...other, id: order.id },
      { ...other, payments: [samplePayment(other, 2, { payNo })] },
      { ...other, payments: [samplePayment(other, 2, { token })] },
    ]
    for (const rival of rivals) equal(await harness.store.orders.commit(sampleCommit(null, rival)), 'conflict')
    equal(await harness.store.orders.find(businessOf(other)), null)
    equal(await harness.store.orders.find({ payNo }), stored)
  },

  'answers conflict to a refund id or refund number that is taken': async (harness) => {
    const refund = sampleRefund(paymentOf(1))
    const stored = await commitOrder(harness, null, samplePaidOrder(1, { refunds: [refund] }))
    const other = await commitOrder(harness, null, samplePaidOrder(2))
    const rivals = [
      sampleCommit(other, { ...other, refunds: [sampleRefund(paymentOf(2, other), 2, { id: refund.id })] }),
      sampleCommit(stored, {
        ...stored,
        refunds: [refund, sampleRefund(paymentOf(1), 2, { outRequestNo: refund.outRequestNo })],
      }),
    ]
    for (const rival of rivals) equal(await harness.store.orders.commit(rival), 'conflict')
    equal(await harness.store.orders.find({ id: stored.id }), stored)
    equal(await harness.store.orders.find({ id: other.id }), other)
  },

  'takes one refund number for refunds of two payments': async (harness) => {
    for (const count of [1, 2]) {
      const paidOrder = samplePaidOrder(count)
      const refunds = [sampleRefund(paymentOf(count, paidOrder), count, { outRequestNo: 'r-1' })]
      const stored = await commitOrder(harness, null, { ...paidOrder, refunds })
      equal(await harness.store.orders.find({ id: stored.id }), stored)
    }
  },

  'lets one of many commits of one version win': async (harness) => {
    const stored = await commitOrder(harness, null, order)
    const change = (index: number) =>
      sampleCommit(stored, { ...stored, expireDate: index }, { messages: [sampleMessage(index)] })
    const answers = await callConcurrently(8, (index) => harness.store.orders.commit(change(index)))
    const winner = indexOfWinner(answers, 'committed')
    equal((await harness.store.orders.find({ id: order.id }))?.expireDate, winner, 'the stored change')
    equal((await storedSideRecords(harness)).messages, [sampleMessage(winner)])
  },

  'lets one of many new orders of one business id win': async (harness) => {
    const rival = (count: number) => sampleOrder(count, businessOf(order))
    const answers = await callConcurrently(8, (index) => harness.store.orders.commit(sampleCommit(null, rival(index))))
    equal(await harness.store.orders.find(businessOf(order)), rival(indexOfWinner(answers, 'committed')))
  },

  'commits changes of different orders at once': async (harness) => {
    const stored = await callConcurrently(16, (index) => commitOrder(harness, null, sampleOrder(index + 1)))
    const next = await Promise.all(
      stored.map((each, index) => commitOrder(harness, each, { ...each, status: closed, expireDate: index })),
    )
    for (const each of next) equal(await harness.store.orders.find({ id: each.id }), each)
  },

  'stores messages, proofs, actions and schedule entries with the change': async (harness) => {
    await commitOrder(harness, null, order, sideRecords)
    equal(await storedSideRecords(harness), sideRecords)
  },

  'stores what an unchanged order is given, without a guard': async (harness) => {
    const old = await commitOrder(harness, null, order)
    const now = await commitOrder(harness, old, paidAndRefunded(old))
    equal(await harness.store.orders.commit(sampleCommit(old, old, sideRecords)), 'committed')
    equal(await storedSideRecords(harness), sideRecords)
    equal(await harness.store.orders.find({ id: order.id }), now)
  },

  'leaves a journal entry and a schedule entry that are there as they are': async (harness) => {
    await harness.store.journal.append(sampleJournalEntry())
    await harness.store.schedule.schedule(sampleScheduleEntry())
    const journal = [sampleJournalEntry(1, { verdict: 'another' }), sampleJournalEntry(2)]
    await commitOrder(harness, null, order, {
      journal,
      schedule: [sampleScheduleEntry(1, { dueAt: 5 }), sampleScheduleEntry(2)],
    })
    const stored = await storedSideRecords(harness)
    equal(stored.journal, [sampleJournalEntry(1), sampleJournalEntry(2)])
    equal(stored.schedule, [sampleScheduleEntry(1), sampleScheduleEntry(2)])
  },

  'stores a commit once when its answer is lost': async (harness) => {
    await harness.loseCommitAnswerOnce()
    const answer = await harness.store.orders.commit(sampleCommit(null, order, sideRecords)).catch(() => 'unavailable')
    ensure(answer !== 'conflict', 'A commit that is stored is no conflict.')
    equal(await harness.store.orders.find({ id: order.id }), order)
    equal(await storedSideRecords(harness), sideRecords)
  },
})
