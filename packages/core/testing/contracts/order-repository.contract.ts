import { changePayment, type Order } from '../../src/orders/domain/order.js'
import { writeOrderDetail } from '../../src/shared/goods.js'
import * as ids from '../../src/shared/identifiers.js'
import { OrderStatus, OrderType } from '../../src/shared/status-codes.js'
import { nextTurn } from '../fakes/next-turn.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { orderCommitClauses, paidAndRefunded, paymentOf } from './order-commit-clauses.js'
import {
  awkwardAmounts,
  SAMPLE_TIME,
  sampleCommit,
  sampleGoods,
  sampleId,
  sampleOrder,
  samplePaidOrder,
  samplePayment,
  sampleReceipt,
  sampleRefund,
} from './sample-data.js'
import { commitOrder, type OrderStoreHarness, storeClauses } from './store-harness.js'

const order = sampleOrder()
const businessOf = ({ orderType, outBusinessId }: Order) => ({ orderType, outBusinessId })

export const orderRepositoryContract = defineContract<OrderStoreHarness>()('OrderRepository', {
  'reads a new order as it was, also without a description or a return address': async (harness) => {
    const goods = [sampleGoods({ goodsId: 'b' }), sampleGoods({ goodsId: 'a', goodsDetail: '{"页":1}' })]
    const whole = sampleOrder(1, { orderDetail: writeOrderDetail(goods) })
    const bare = sampleOrder(2, {
      orderDescrip: null,
      payments: [samplePayment(sampleOrder(2), 2, { returnUrl: null })],
    })
    for (const each of [whole, bare]) {
      equal((await commitOrder(harness, null, each)).version, 1, 'the version of a new order')
      equal(await harness.store.orders.find({ id: each.id }), each)
    }
  },

  'finds an order by its id, its business id, and any payment or token of it, above 2^53 too': async (harness) => {
    ensure(Number(sampleOrder(3).id) === Number(order.id), 'The two ids are one number to a float.')
    await commitOrder(harness, null, sampleOrder(3))
    const stored = await commitOrder(harness, null, sampleOrder(1, { payments: [paymentOf(1), paymentOf(2)] }))
    const keys = stored.payments.flatMap(({ payNo, token }) => [{ payNo }, { token }])
    for (const key of [{ id: order.id }, businessOf(order), ...keys])
      equal(await harness.store.orders.find(key), stored)
  },

  'answers null for a key that names no order': async (harness) => {
    await commitOrder(harness, null, order)
    const keys = [
      { id: ids.orderId(sampleId(99)) },
      { payNo: ids.payNo(sampleId(99)) },
      { token: ids.payToken('noSuchToken') },
      { ...businessOf(order), outBusinessId: ids.outBusinessId('nobody-sold-this') },
    ]
    for (const key of keys) equal(await harness.store.orders.find(key), null)
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

  'keeps amounts exact, up to the largest payment': async (harness) => {
    for (const [index, amount] of awkwardAmounts.entries()) {
      const paidOrder = samplePaidOrder(index + 1, { totalPrice: amount })
      const refunds = paidOrder.payments.map((payment) => sampleRefund(payment, index + 1, { amount }))
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
    const second = await commitOrder(harness, first, paidAndRefunded(first))
    equal(await harness.store.orders.find({ id: order.id }), second)
    const failed = second.refunds.map(
      (refund) => ({ ...refund, status: 'failed', finishDate: SAMPLE_TIME + 50 }) as const,
    )
    const third = await commitOrder(harness, second, { ...second, refunds: failed })
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
    await commitOrder(harness, stored, paidAndRefunded(stored))
    equal(await harness.store.orders.find({ id: other.id }), other)
  },

  ...orderCommitClauses,

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
    for (const [count, overdueMs] of [-1, 0, 1, 2].entries())
      await commitOrder(harness, null, sampleOrder(count, { expireDate: SAMPLE_TIME - overdueMs }))
    await commitOrder(harness, null, sampleOrder(4, { expireDate: SAMPLE_TIME - 3, status: OrderStatus.closed }))
    const overdue = [3, 2, 1].map((count) => sampleOrder(count).id)
    equal(await harness.store.orders.listOverdue(SAMPLE_TIME, 10), overdue)
    equal(await harness.store.orders.listOverdue(SAMPLE_TIME, 2), overdue.slice(0, 2))
  },

  ...storeClauses<OrderStoreHarness>({
    calls: ({ store: { orders } }) => [
      orders.find({ id: order.id }),
      orders.findMany([order.id]),
      orders.commit(sampleCommit(null, order)),
      orders.listOverdue(SAMPLE_TIME, 10),
    ],
    write: async (harness) => {
      const given = samplePaidOrder(1, { refunds: [sampleRefund(paymentOf(1))] })
      return [given, await commitOrder(harness, null, given)]
    },
    read: ({ store: { orders } }) => orders.find({ id: order.id }),
    secrets: [paymentOf(1).token],
  }),
})
