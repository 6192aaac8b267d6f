import { changePayment, changeRefund, type Order } from '../../src/orders/domain/order.js'
import { writeOrderDetail } from '../../src/shared/goods.js'
import * as ids from '../../src/shared/identifiers.js'
import { OrderStatus, OrderType, PayStatus } from '../../src/shared/status-codes.js'
import { nextTurn } from '../fakes/next-turn.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import {
  awkwardAmounts,
  SAMPLE_TIME,
  sampleAction,
  sampleCommit,
  sampleEntry,
  sampleGoods,
  sampleId,
  sampleMessage,
  sampleOrder,
  samplePaidOrder,
  samplePayment,
  sampleReceipt,
  sampleRefund,
  sampleScheduleEntry,
} from './sample-data.js'
import { atOnce, commitOrder, countOf, type OrderStoreHarness, storeFailureClauses, tamper } from './store-harness.js'

const { paid, closed } = OrderStatus
const order = sampleOrder()
const businessOf = ({ orderType, outBusinessId }: Order) => ({ orderType, outBusinessId })
const paymentOf = (count: number, of: Order = order) => samplePayment(of, count)

/** The paid sample order, with a further payment and a refund. */
function grown(from: Order): Order {
  const [first] = from.payments
  if (first === undefined) throw new Error('The sample order has a payment.')
  const next = changePayment({ ...from, status: paid, expireDate: from.expireDate + 5 }, first.payNo, sampleReceipt())
  const later = { createDate: SAMPLE_TIME + 9, expireDate: next.expireDate, returnUrl: null }
  return { ...next, payments: [...next.payments, samplePayment(next, 7, later)], refunds: [sampleRefund(first)] }
}

/** Everything that a commit can carry beside the order. */
const luggage = {
  messages: [sampleMessage()],
  journal: [sampleEntry()],
  actions: [sampleAction()],
  schedule: [sampleScheduleEntry()],
}

async function storedLuggage({ store }: OrderStoreHarness) {
  const [claimed, journal, actions, schedule] = await Promise.all([
    store.outbox.claim(100, 60_000),
    store.journal.listOf(sampleId(100_001)),
    store.operatorLog.listOf(null, 100),
    store.schedule.listDue('poll', SAMPLE_TIME + 1_000, 100),
  ])
  return { messages: claimed.map(({ message }) => message), journal, actions, schedule }
}

const noLuggage = { messages: [], journal: [], actions: [], schedule: [] }

export const orderRepositoryContract = defineContract<OrderStoreHarness>()('OrderRepository', {
  'stores a new order with its payment and reads it as it was': async (harness) => {
    const goods = [sampleGoods({ goodsId: 'b' }), sampleGoods({ goodsId: 'a', goodsDetail: '{"页":1}' })]
    const stored = await commitOrder(harness, null, sampleOrder(1, { orderDetail: writeOrderDetail(goods) }))
    equal(await harness.store.orders.find({ id: order.id }), stored)
    equal(stored.version, 1, 'the version of a new order')
  },

  'keeps an order without a description and a payment without a return address': async (harness) => {
    const bare = sampleOrder(1, { orderDescrip: null, payments: [samplePayment(order, 1, { returnUrl: null })] })
    const stored = await commitOrder(harness, null, bare)
    equal(await harness.store.orders.find({ id: order.id }), stored)
  },

  'finds an order by its id, its business id, and any payment or token of it': async (harness) => {
    const { orders } = harness.store
    await commitOrder(harness, null, sampleOrder(3))
    const stored = await commitOrder(harness, null, sampleOrder(1, { payments: [paymentOf(1), paymentOf(2)] }))
    equal(await orders.find({ id: order.id }), stored)
    equal(await orders.find(businessOf(order)), stored)
    for (const { payNo, token } of stored.payments) {
      equal(await orders.find({ payNo }), stored)
      equal(await orders.find({ token }), stored)
    }
  },

  'answers null for a key that names no order': async (harness) => {
    const { orders } = harness.store
    await commitOrder(harness, null, order)
    equal(await orders.find({ id: ids.orderId(sampleId(99)) }), null)
    equal(await orders.find({ payNo: ids.payNo(sampleId(99)) }), null)
    equal(await orders.find({ token: ids.payToken('noSuchToken') }), null)
    equal(await orders.find({ ...businessOf(order), outBusinessId: ids.outBusinessId('nobody-sold-this') }), null)
  },

  'reads many orders at once, and leaves unknown ids out': async (harness) => {
    for (const count of [1, 2, 3]) await commitOrder(harness, null, sampleOrder(count))
    const wanted = [sampleOrder(3).id, ids.orderId(sampleId(99)), order.id]
    const found = await harness.store.orders.findMany(wanted)
    equal(
      found.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      [order, sampleOrder(3)],
    )
    equal(await harness.store.orders.findMany([]), [])
  },

  'keeps ids above 2^53 apart': async (harness) => {
    const [some, other] = [sampleOrder(1), sampleOrder(2)]
    ensure(Number(some.id) === Number(other.id), 'The two ids are one number to a float.')
    for (const each of [some, other]) await commitOrder(harness, null, each)
    for (const each of [some, other]) {
      equal(await harness.store.orders.find({ id: each.id }), each)
      equal(await harness.store.orders.find({ payNo: each.payments[0]?.payNo ?? ids.payNo('1') }), each)
    }
  },

  'keeps amounts exact, up to the largest payment': async (harness) => {
    for (const [index, amount] of awkwardAmounts.entries()) {
      const paidOrder = samplePaidOrder(index + 1, { totalPrice: amount })
      const [payment] = paidOrder.payments
      const refunds = payment === undefined ? [] : [sampleRefund(payment, index + 1, { amount })]
      const stored = await commitOrder(harness, null, { ...paidOrder, refunds })
      equal(await harness.store.orders.find({ id: stored.id }), stored)
    }
  },

  'tells business ids apart by upper and lower case, and by the order type': async (harness) => {
    const lower = sampleOrder(1, { outBusinessId: ids.outBusinessId('book-a') })
    const upper = sampleOrder(2, { outBusinessId: ids.outBusinessId('BOOK-A') })
    const material = sampleOrder(3, { outBusinessId: lower.outBusinessId, orderType: OrderType.material })
    for (const each of [lower, upper, material]) await commitOrder(harness, null, each)
    for (const each of [lower, upper, material]) equal(await harness.store.orders.find(businessOf(each)), each)
  },

  'writes what changed: the order, its payments and its refunds': async (harness) => {
    const first = await commitOrder(harness, null, order)
    const second = await commitOrder(harness, first, grown(first))
    equal(await harness.store.orders.find({ id: order.id }), second)
    const [refund] = second.refunds
    const failed = { status: 'failed', finishDate: SAMPLE_TIME + 50 } as const
    const third = await commitOrder(harness, second, changeRefund(second, refund ?? { id: ids.refundId('1') }, failed))
    equal(await harness.store.orders.find({ id: order.id }), third)
    equal(third.version, 3, 'the version after three commits')
  },

  'reads payments and refunds oldest first': async (harness) => {
    const payments = [2, 1].map((count) =>
      samplePayment(order, count, { ...sampleReceipt(), createDate: SAMPLE_TIME - count }),
    )
    const refunds = [9, 8].map((count) => sampleRefund(paymentOf(1), count, { createDate: SAMPLE_TIME - count }))
    const stored = await commitOrder(harness, null, sampleOrder(1, { payments, refunds }))
    equal(await harness.store.orders.find({ id: order.id }), stored)
  },

  'changes no other order': async (harness) => {
    const stored = await commitOrder(harness, null, order)
    const other = await commitOrder(harness, null, sampleOrder(2))
    await commitOrder(harness, stored, grown(stored))
    equal(await harness.store.orders.find({ id: other.id }), other)
  },

  'answers conflict to a commit of an old version, and stores nothing of it': async (harness) => {
    const first = await commitOrder(harness, null, order)
    const second = await commitOrder(harness, first, { ...first, expireDate: first.expireDate + 1 })
    equal(await harness.store.orders.commit(sampleCommit(first, grown(first), luggage)), 'conflict')
    equal(await harness.store.orders.find({ id: order.id }), second)
    equal(await storedLuggage(harness), noLuggage, 'what is stored beside the order')
  },

  'answers conflict to a change of an order that is not stored': async ({ store }) => {
    equal(await store.orders.commit(sampleCommit(order, grown(order))), 'conflict')
    equal(await store.orders.find({ id: order.id }), null)
  },

  'answers conflict to a new order whose business id is taken': async (harness) => {
    const stored = await commitOrder(harness, null, order)
    const rival = sampleOrder(2, businessOf(order))
    equal(await harness.store.orders.commit(sampleCommit(null, rival, luggage)), 'conflict')
    equal(await harness.store.orders.find(businessOf(order)), stored)
    equal(await harness.store.orders.find({ id: rival.id }), null)
    equal(await storedLuggage(harness), noLuggage, 'what is stored beside the order')
  },

  'answers conflict to an order id, payment number or token that is taken': async (harness) => {
    const stored = await commitOrder(harness, null, order)
    const other = sampleOrder(2)
    const { payNo, token } = paymentOf(1)
    const rivals = [
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

  'answers conflict to a repeated commit': async (harness) => {
    const stored = await commitOrder(harness, null, order)
    equal(await harness.store.orders.commit(sampleCommit(null, order)), 'conflict')
    const next = await commitOrder(harness, stored, grown(stored))
    equal(await harness.store.orders.commit(sampleCommit(stored, grown(stored))), 'conflict')
    equal(await harness.store.orders.find({ id: order.id }), next)
  },

  'lets one of many commits of one version win': async (harness) => {
    const stored = await commitOrder(harness, null, order)
    const answers = await atOnce(8, (index) =>
      harness.store.orders.commit(
        sampleCommit(stored, { ...stored, expireDate: index }, { messages: [sampleMessage(index)] }),
      ),
    )
    equal(countOf(answers, 'committed'), 1, 'the number of winners')
    const winner = answers.indexOf('committed')
    equal((await harness.store.orders.find({ id: order.id }))?.expireDate, winner, 'the stored change')
    equal((await storedLuggage(harness)).messages, [sampleMessage(winner)])
  },

  'lets one of many new orders of one business id win': async (harness) => {
    const rivals = [1, 2, 3, 4, 5, 6, 7, 8].map((count) => sampleOrder(count, businessOf(order)))
    const answers = await Promise.all(rivals.map((rival) => harness.store.orders.commit(sampleCommit(null, rival))))
    equal(countOf(answers, 'committed'), 1, 'the number of winners')
    equal((await harness.store.orders.find(businessOf(order)))?.id, rivals[answers.indexOf('committed')]?.id)
  },

  'commits changes of different orders at once': async (harness) => {
    const stored = await atOnce(16, (index) => commitOrder(harness, null, sampleOrder(index + 1)))
    const next = await Promise.all(
      stored.map((each, index) => commitOrder(harness, each, { ...each, status: closed, expireDate: index })),
    )
    for (const each of next) equal(await harness.store.orders.find({ id: each.id }), each)
  },

  'stores messages, proofs, actions and schedule entries with the change': async (harness) => {
    await commitOrder(harness, null, order, luggage)
    equal(await storedLuggage(harness), luggage)
  },

  'stores what an unchanged order is given, without a guard': async (harness) => {
    const old = await commitOrder(harness, null, order)
    const now = await commitOrder(harness, old, grown(old))
    equal(await harness.store.orders.commit(sampleCommit(old, old, luggage)), 'committed')
    equal(await storedLuggage(harness), luggage)
    equal(await harness.store.orders.find({ id: order.id }), now)
  },

  'leaves out a journal entry that is stored already': async (harness) => {
    await harness.store.journal.append(sampleEntry())
    await commitOrder(harness, null, order, { journal: [sampleEntry(1, { verdict: 'another' }), sampleEntry(2)] })
    equal((await storedLuggage(harness)).journal, [sampleEntry(1), sampleEntry(2)])
  },

  'leaves a schedule entry that is there as it is': async (harness) => {
    await harness.store.schedule.schedule(sampleScheduleEntry())
    await commitOrder(harness, null, order, {
      schedule: [sampleScheduleEntry(1, { dueAt: 5 }), sampleScheduleEntry(2)],
    })
    equal((await storedLuggage(harness)).schedule, [sampleScheduleEntry(1), sampleScheduleEntry(2)])
  },

  'stores a commit once when its answer is lost': async (harness) => {
    await harness.loseCommitAnswerOnce()
    const answer = await harness.store.orders
      .commit(sampleCommit(null, order, luggage))
      .catch((error: unknown) => error)
    ensure(answer !== 'conflict', 'A commit that is stored is no conflict.')
    equal(await harness.store.orders.find({ id: order.id }), order)
    equal(await storedLuggage(harness), luggage)
  },

  'never reads a mixture of two commits': async (harness) => {
    const paidOrder = samplePaidOrder()
    const { payNo } = paymentOf(1)
    let stored = await commitOrder(harness, null, paidOrder)
    let done = false
    const write = async () => {
      for (let round = 1; round <= 30; round += 1) {
        await nextTurn()
        const change = changePayment({ ...stored, expireDate: round }, payNo, { paySuccessTime: round })
        const refund = sampleRefund(paymentOf(1), round, { status: 'failed' })
        stored = await commitOrder(harness, stored, { ...change, refunds: [...stored.refunds, refund] })
      }
      done = true
    }
    const read = async () => {
      while (!done) {
        // A store that answers without I/O would keep the event loop, and the writer with it.
        await nextTurn()
        const found = await harness.store.orders.find({ payNo })
        if (found === null || found.version === 1) continue
        const parts = [found.expireDate, found.payments[0]?.paySuccessTime, found.refunds.length]
        equal(parts, Array(3).fill(found.version - 1), 'order, payment and refunds of one version')
      }
    }
    await Promise.all([write(), read(), read()])
  },

  'lists the unpaid orders that are overdue, the longest overdue first': async (harness) => {
    const at = (count: number, expireDate: number, status: Order['status'] = order.status) =>
      commitOrder(harness, null, sampleOrder(count, { expireDate, status }))
    await at(1, SAMPLE_TIME)
    await at(2, SAMPLE_TIME - 1)
    await at(3, SAMPLE_TIME + 1)
    await at(4, SAMPLE_TIME - 2, closed)
    await at(5, SAMPLE_TIME - 3)
    const { orders } = harness.store
    equal(
      await orders.listOverdue(SAMPLE_TIME, 10),
      [5, 2, 1].map((count) => sampleOrder(count).id),
    )
    equal(
      await orders.listOverdue(SAMPLE_TIME, 2),
      [5, 2].map((count) => sampleOrder(count).id),
    )
  },

  'keeps orders over a restart': async (harness) => {
    const first = await commitOrder(harness, null, order)
    const stored = await commitOrder(harness, first, grown(first))
    await harness.reopen()
    equal(await harness.store.orders.find({ id: order.id }), stored)
    equal(await harness.store.orders.commit(sampleCommit(null, order)), 'conflict')
  },

  'shares no object with its callers': async (harness) => {
    const given = sampleCommit(null, sampleOrder())
    equal(await harness.store.orders.commit(given), 'committed')
    const found = await harness.store.orders.find({ id: order.id })
    for (const copy of [given.after, found])
      tamper(() => void Object.assign(copy?.payments[0] ?? {}, { status: PayStatus.paid }))
    equal(await harness.store.orders.find({ id: order.id }), order)
  },

  ...storeFailureClauses<OrderStoreHarness>(
    ({ store: { orders } }) => [
      orders.find({ id: order.id }),
      orders.findMany([order.id]),
      orders.commit(sampleCommit(null, order)),
      orders.listOverdue(SAMPLE_TIME, 10),
    ],
    [paymentOf(1).token],
  ),
})
