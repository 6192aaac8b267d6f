import type { Order } from '../../src/orders/domain/order.js'
import type { Payment } from '../../src/orders/domain/payment.js'
import type { Refund } from '../../src/orders/domain/refund.js'
import type { OrderFilter, OrderPosition, OrderViews } from '../../src/orders/ports/order-views.js'
import { outBusinessId, userId } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import {
  otherUserId,
  SAMPLE_TIME,
  sampleId,
  sampleOrder,
  samplePaidOrder,
  samplePayment,
  sampleReceipt,
  sampleRefund,
  sampleUserId,
} from './sample-data.js'
import { commitOrder, type OrderStoreHarness, readPages, storeClauses } from './store-harness.js'

/** An order, the higher its number the newer. */
const orderOf = (count: number, changes: Partial<Order> = {}): Order =>
  sampleOrder(count, { createDate: SAMPLE_TIME + count, ...changes })

async function viewsWithOrders(harness: OrderStoreHarness, ...orders: Order[]): Promise<OrderViews> {
  for (const order of orders) await commitOrder(harness, null, order)
  return harness.store.views
}

const idsOf = (orders: readonly Order[]) => orders.map(({ id }) => id)

/** A paid order whose payment has these refunds. */
const refundedOrder = (count: number, refunds: readonly Partial<Refund>[]): Order => {
  const order = samplePaidOrder(count)
  const payment = samplePayment(order, count)
  return { ...order, refunds: refunds.map((changes, index) => sampleRefund(payment, 10 * count + index, changes)) }
}

const readAll = (views: OrderViews, filter: OrderFilter): Promise<Order[]> =>
  readPages(async (limit, after: OrderPosition | null) => {
    const { orders, next } = await views.search(filter, after, limit)
    return { entries: orders, next }
  })

export const orderViewsContract = defineContract<OrderStoreHarness>()('OrderViews', {
  'shows a user their orders, newest first, page by page, and no other user’s': async (harness) => {
    const foreign = [orderOf(4, { userId: otherUserId }), orderOf(5, { userId: userId('USER-7') })]
    const views = await viewsWithOrders(harness, orderOf(2), orderOf(3), orderOf(1), ...foreign)
    equal(await views.pageOf(sampleUserId, 0, 10), { orders: [orderOf(3), orderOf(2), orderOf(1)], total: 3 })
    equal(await views.pageOf(sampleUserId, 1, 1), { orders: [orderOf(2)], total: 3 })
    equal(await views.pageOf(sampleUserId, 3, 10), { orders: [], total: 3 })
    equal(await views.pageOf(userId('nobody'), 0, 10), { orders: [], total: 0 })
  },

  'shows a whole order in the state that it is in now': async (harness) => {
    const order = await commitOrder(harness, null, orderOf(1))
    const payments = order.payments.map((payment) => ({ ...payment, ...sampleReceipt() }))
    const refunds = payments.map((payment) => sampleRefund(payment))
    const next = await commitOrder(harness, order, { ...order, status: OrderStatus.paid, payments, refunds })
    equal(await harness.store.views.pageOf(sampleUserId, 0, 10), { orders: [next], total: 1 })
    equal((await harness.store.views.search({}, null, 10)).orders, [next])
  },

  'shows of one moment the higher id first, above 2^53 too': async (harness) => {
    ensure(Number(sampleId(1)) === Number(sampleId(2)), 'The two ids are one number to a float.')
    const views = await viewsWithOrders(harness, sampleOrder(2), sampleOrder(1), sampleOrder(3))
    equal(idsOf((await views.pageOf(sampleUserId, 0, 10)).orders), [3, 2, 1].map(sampleId))
    equal(idsOf(await readAll(views, {})), [3, 2, 1].map(sampleId))
  },

  'finds all orders, newest first, page by page': async (harness) => {
    const views = await viewsWithOrders(harness, ...[4, 1, 3, 5, 2].map((count) => orderOf(count)))
    equal(idsOf(await readAll(views, {})), [5, 4, 3, 2, 1].map(sampleId))
    equal(await views.search({ userId: userId('nobody') }, null, 10), { orders: [], next: null })
  },

  'finds orders by each member of a filter, and by all that are given': async (harness) => {
    const other = orderOf(3, { userId: otherUserId, status: OrderStatus.closed, totalPrice: fen(5_000) })
    const wanted = { ...other, payments: [samplePayment(other, 3, sampleReceipt({ outPayNo: 'trade-3' }))] }
    const views = await viewsWithOrders(harness, orderOf(1), wanted, orderOf(2))
    const filters: OrderFilter[] = [
      { status: OrderStatus.closed },
      { userId: otherUserId },
      { orderId: wanted.id },
      { outBusinessId: wanted.outBusinessId },
      { outPayNo: 'trade-3' },
      { from: wanted.createDate },
      { maxAmount: fen(5_000) },
      { status: OrderStatus.closed, userId: otherUserId },
    ]
    for (const filter of filters) equal(idsOf(await readAll(views, filter)), [wanted.id], JSON.stringify(filter))
    equal(await readAll(views, { outBusinessId: outBusinessId('nobody-sold-this') }), [])
    equal(await readAll(views, { status: OrderStatus.closed, userId: sampleUserId }), [], 'what matches a part')
  },

  'begins at `from`, ends before `to`, and takes both ends of the amounts': async (harness) => {
    const amounts = [1, 2, 3, 4].map((count) => orderOf(count, { totalPrice: fen(count * 100) }))
    const views = await viewsWithOrders(harness, ...amounts)
    equal(idsOf(await readAll(views, { from: SAMPLE_TIME + 2, to: SAMPLE_TIME + 4 })), [3, 2].map(sampleId))
    equal(idsOf(await readAll(views, { minAmount: fen(200), maxAmount: fen(300) })), [3, 2].map(sampleId))
  },

  'lists refunds that are pending, and failed ones of money that paid no order, oldest first': async (harness) => {
    const states = [
      { status: 'failed', cause: 'late' },
      { status: 'pending' },
      { status: 'failed', cause: 'external' },
      { status: 'succeeded' },
      { status: 'failed', cause: 'surplus' },
    ] as const
    const order = refundedOrder(1, states)
    const views = await viewsWithOrders(harness, refundedOrder(2, [{ status: 'pending' }]), order)
    const open = order.refunds.filter((_, index) => index !== 2 && index !== 3)
    equal(await views.openRefunds(3), open)
    equal((await views.openRefunds(10)).length, 4, 'the number of open refunds')
  },

  'lists a failed refund until its payment is refunded otherwise, that of an operator too': async (harness) => {
    const failed = { status: 'failed', cause: 'operator', finishDate: SAMPLE_TIME + 10 } as const
    // Opened before the failure was known: it is no answer to it.
    const earlier = { status: 'succeeded', createDate: SAMPLE_TIME + 9 } as const
    const later = { status: 'succeeded', createDate: SAMPLE_TIME + 11 } as const
    const waits = refundedOrder(1, [failed, earlier])
    const taken = { ...earlier, cause: 'external', amount: sampleOrder().totalPrice } as const
    const ended = refundedOrder(4, [failed, { ...failed, cause: 'late' }])
    const payments = ended.payments.map((payment) => ({ ...payment, status: PayStatus.refunded }))
    const answered = [refundedOrder(2, [failed, later]), refundedOrder(3, [failed, taken]), { ...ended, payments }]
    const views = await viewsWithOrders(harness, waits, ...answered)
    equal(await views.openRefunds(10), waits.refunds.slice(0, 1))
  },

  'lists held payments, oldest first, no more than asked for': async (harness) => {
    const order = sampleOrder()
    const payment = (count: number, changes: Partial<Payment>) =>
      samplePayment(order, count, { createDate: SAMPLE_TIME - count, ...sampleReceipt(changes) })
    const held = [3, 2, 1].map((count) => payment(count, { receipt: 'held' }))
    const others = [payment(4, { receipt: 'late' }), payment(5, { receipt: 'held', status: PayStatus.refunded })]
    const payments = [...others, ...held].toSorted((one, other) => one.createDate - other.createDate)
    const views = await viewsWithOrders(harness, { ...order, payments })
    equal(await views.heldPayments(10), held)
    equal(await views.heldPayments(2), held.slice(0, 2))
  },

  'counts how many there are in each state': async (harness) => {
    const none = Object.values(await harness.store.views.counts()).flatMap((states) => Object.values(states))
    ensure(
      none.every((count) => count === 0),
      'There is nothing to count in an empty store.',
    )
    const closed = sampleOrder(2, { status: OrderStatus.closed })
    const refunds = [{ status: 'pending' }, { status: 'pending' }, { status: 'failed' }] as const
    const views = await viewsWithOrders(harness, sampleOrder(1), closed, refundedOrder(3, refunds))
    const { orders, payments, refunds: counted } = await views.counts()
    const { unpaid, paid } = OrderStatus
    equal([orders[unpaid], orders[paid], orders[OrderStatus.closed]], [1, 1, 1], 'the orders')
    equal([payments[PayStatus.unpaid], payments[PayStatus.paid]], [2, 1], 'the payments')
    equal([counted.pending, counted.failed, counted.succeeded ?? 0], [2, 1, 0], 'the refunds')
  },

  ...storeClauses<OrderStoreHarness>({
    calls: ({ store: { views } }) => [
      views.pageOf(sampleUserId, 0, 10),
      views.search({}, null, 10),
      views.openRefunds(10),
      views.heldPayments(10),
      views.counts(),
    ],
    async write(harness) {
      const given = refundedOrder(1, [{ status: 'pending' }])
      await viewsWithOrders(harness, given)
      return given
    },
    read: async ({ store: { views } }) => [
      await views.pageOf(sampleUserId, 0, 10),
      await views.search({}, null, 10),
      await views.openRefunds(10),
    ],
  }),
})
