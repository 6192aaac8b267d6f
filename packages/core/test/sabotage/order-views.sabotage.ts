import { type Order, OrderStatus, type Refund } from '../../src/index.js'
import type { BuyerOrdersPage, OrderFilter } from '../../src/ports.js'
import { orderViewsContract } from '../../testing/contracts/index.js'
import { orderStoreHarness } from '../harnesses/order-store-harness.js'
import { inOrderStore, sabotaged, storeSabotage } from './sabotage.js'

const inViews = inOrderStore('views')

const pagedAs = (spoil: (page: BuyerOrdersPage) => BuyerOrdersPage) =>
  inViews((views) => ({ pageOf: async (...given) => spoil(await views.pageOf(...given)) }))

/** Forgets a part of each filter. */
const filteredAs = (spoil: (filter: OrderFilter) => OrderFilter) =>
  inViews((views) => ({ search: (filter, after, limit) => views.search(spoil(filter), after, limit) }))

const openAs = (keep: (refund: Refund) => boolean) =>
  inViews((views) => ({ openRefunds: async (limit) => (await views.openRefunds(limit)).filter(keep) }))

const byId = (one: Order, other: Order) => (one.id < other.id ? -1 : 1)

export const orderViewsSabotage = sabotaged(orderViewsContract, orderStoreHarness, {
  'shows a user their orders, newest first, page by page, and no other user’s': [
    pagedAs(({ orders, total }) => ({ orders: orders.toReversed(), total })),
    pagedAs(({ orders }) => ({ orders, total: orders.length })),
  ],
  'shows a whole order in the state that it is in now': pagedAs(({ orders, total }) => ({
    orders: orders.map((order) => ({ ...order, refunds: [] })),
    total,
  })),
  'shows of one moment the higher id first, above 2^53 too': pagedAs(({ orders, total }) => ({
    orders: orders.toSorted(byId),
    total,
  })),
  // Begins each page with the order that ended the one before.
  'finds all orders, newest first, page by page': inViews((views) => ({
    search: (filter, after, limit) =>
      views.search(filter, after === null ? null : { ...after, createDate: after.createDate + 1 }, limit),
  })),
  'finds orders by each member of a filter, and by all that are given': [
    filteredAs((filter) => ({ ...filter, outPayNo: undefined })),
    filteredAs((filter) => (filter.status === undefined ? filter : { ...filter, userId: undefined })),
  ],
  'begins at `from`, ends before `to`, and takes both ends of the amounts': filteredAs((filter) => ({
    ...filter,
    to: filter.to === undefined ? undefined : filter.to + 1,
  })),
  'lists refunds that are pending, and failed ones of money that paid no order, oldest first': openAs(
    ({ status }) => status === 'pending',
  ),
  'lists a failed refund until its payment is refunded otherwise, that of an operator too': [
    openAs(({ status, cause }) => status === 'pending' || cause !== 'operator'),
    inViews((views) => ({
      async openRefunds(limit) {
        const { orders } = await views.search({}, null, limit)
        return orders.flatMap(({ refunds }) => refunds.filter(({ status }) => status === 'failed'))
      },
    })),
  ],
  'lists held payments, oldest first, no more than asked for': inViews((views) => ({
    heldPayments: async (limit) => (await views.heldPayments(limit)).toReversed(),
  })),
  'counts how many there are in each state': [
    inViews((views) => ({
      async counts() {
        const counts = await views.counts()
        return { ...counts, orders: { ...counts.orders, [OrderStatus.closed]: 0 } }
      },
    })),
    inViews((views) => ({
      async counts() {
        const counts = await views.counts()
        return { ...counts, refunds: { ...counts.refunds, pending: (counts.refunds.pending ?? 0) + 1 } }
      },
    })),
  ],
  'shares no object with its callers': (harness) => {
    const kept = new Map<string, Awaited<ReturnType<typeof harness.store.views.search>>>()
    return inViews((views) => ({
      async search(filter, after, limit) {
        const page = kept.get('page') ?? (await views.search(filter, after, limit))
        kept.set('page', page)
        return page
      },
    }))(harness)
  },
  ...storeSabotage(orderStoreHarness),
})
