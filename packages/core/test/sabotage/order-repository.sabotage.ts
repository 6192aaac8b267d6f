import type { Order } from '../../src/index.js'
import { orderRepositoryContract, sampleOrder } from '../../testing/contracts/index.js'
import { nextTurn } from '../../testing/fakes/index.js'
import { orderStoreHarness } from '../harnesses/order-store-harness.js'
import { committing, inOrderStore, rounded, sabotaged, storeSabotage } from './sabotage.js'

const inOrders = inOrderStore('orders')

/** Spoils each order that is found. */
const foundAs = (spoil: (order: Order) => Order) =>
  inOrders((orders) => ({
    async find(key) {
      const order = await orders.find(key)
      return order === null ? null : spoil(order)
    },
  }))

/** Brings a commit to the version that is stored: nobody notices that others changed the order. */
const unguarded = committing((commit, { orders }) => async (given) => {
  const before = given.before === null ? null : await orders.find({ id: given.after.id })
  const version = (before?.version ?? 0) + 1
  return commit(given.before === given.after ? given : { ...given, before, after: { ...given.after, version } })
})

/** Takes a conflict for a commit. */
const takingConflicts = committing((commit) => async (given) => {
  await commit(given)
  return 'committed'
})

export const orderRepositorySabotage = sabotaged(orderRepositoryContract, orderStoreHarness, {
  'reads a new order as it was, also without a description or a return address': [
    foundAs((order) => ({ ...order, version: 0 })),
    foundAs((order) => ({ ...order, orderDescrip: order.orderDescrip ?? '' })),
  ],

  'finds an order by its id, its business id, and any payment or token of it, above 2^53 too': [
    inOrders((orders) => ({
      async find(key) {
        const order = await orders.find(key)
        return 'token' in key && order?.payments[0]?.token !== key.token ? null : order
      },
    })),
    inOrders((orders) => ({
      find: async (key) => orders.find('id' in key ? { id: rounded(key.id) } : key),
    })),
  ],

  'answers null for a key that names no order': inOrders((orders) => ({
    find: async (key) => (await orders.find(key)) ?? orders.find({ id: sampleOrder().id }),
  })),

  'reads many orders at once, and leaves unknown ids out': inOrders((orders) => ({
    findMany: async (ids) => (await orders.findMany(ids)).slice(0, 1),
  })),

  'keeps amounts exact, up to the largest payment': foundAs((order) => ({
    ...order,
    totalPrice: Math.fround(order.totalPrice) as Order['totalPrice'],
  })),

  'tells business ids apart by upper and lower case, and by the order type': inOrders((orders) => ({
    find: (key) => orders.find('orderType' in key ? { ...key, orderType: '60201' } : key),
  })),

  // Writes the order, and forgets what is new beside it.
  'writes what changed: the order, its payments and its refunds': committing(
    (commit) => (given) => commit({ ...given, after: { ...given.after, refunds: [] } }),
  ),

  'reads payments and refunds oldest first': foundAs((order) => ({
    ...order,
    refunds: order.refunds.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
  })),

  // An UPDATE without a WHERE.
  'changes no other order': committing((commit, { orders }) => async (given) => {
    const other = await orders.find({ id: sampleOrder(2).id })
    if (given.before !== null && other !== null) {
      await commit({ ...given, before: other, after: { ...other, version: other.version + 1 }, messages: [] })
    }
    return commit(given)
  }),

  'answers conflict to a commit of an old version, and stores nothing of it': [unguarded, takingConflicts],

  // INSERT … ON DUPLICATE KEY UPDATE.
  'answers conflict to a change of an order that is not stored': committing((commit, { orders }) => async (given) => {
    const isStored = (await orders.find({ id: given.after.id })) !== null
    return commit(isStored ? given : { ...given, before: null })
  }),

  // The messages went out in a transaction of their own.
  'answers conflict to a new order whose business id is taken': committing((commit, { orders }) => async (given) => {
    const answer = await commit(given)
    const { orderType, outBusinessId } = given.after
    const stored = answer === 'conflict' ? await orders.find({ orderType, outBusinessId }) : null
    if (stored !== null) await commit({ ...given, before: stored, after: stored })
    return answer
  }),

  // INSERT IGNORE: what is taken is left out.
  'answers conflict to an order id, payment number or token that is taken': takingConflicts,
  'answers conflict to a refund id or refund number that is taken': takingConflicts,

  // The number alone is unique.
  'takes one refund number for refunds of two payments': committing((commit, { orders }) => async (given) => {
    const other = await orders.find({ id: sampleOrder(1).id })
    return given.after.id !== other?.id && other?.refunds[0]?.outRequestNo === given.after.refunds[0]?.outRequestNo
      ? 'conflict'
      : commit(given)
  }),

  'lets one of many commits of one version win': takingConflicts,
  'lets one of many new orders of one business id win': takingConflicts,

  // One commit at a time, and the others are turned away.
  'commits changes of different orders at once': (harness) => {
    let inWork = 0
    return committing((commit) => async (given) => {
      inWork += 1
      await null
      const answer = inWork > 1 ? 'conflict' : await commit(given)
      inWork -= 1
      return answer
    })(harness)
  },

  'stores messages, proofs, actions and schedule entries with the change': committing(
    (commit) => (given) => commit({ ...given, actions: [] }),
  ),

  'stores what an unchanged order is given, without a guard': committing((commit, { orders }) => async (given) => {
    const stored = await orders.find({ id: given.after.id })
    return given.before === given.after && stored?.version !== given.after.version ? 'conflict' : commit(given)
  }),

  'leaves a journal entry and a schedule entry that are there as they are': [
    // A clash of the entry's id is taken for a clash of the order.
    committing((commit, { journal }) => async (given) => {
      const known = new Set((await journal.listOf(given.journal[0]?.outTradeNo ?? '')).map(({ id }) => id))
      return given.journal.some(({ id }) => known.has(id)) ? 'conflict' : commit(given)
    }),
    committing((commit, { schedule }) => async (given) => {
      const answer = await commit(given)
      for (const due of await schedule.listDue('poll', Number.MAX_SAFE_INTEGER, 10)) {
        const next = given.schedule.find(({ payNo }) => payNo === due.payNo)
        if (next !== undefined) await schedule.reschedule(due, next.dueAt)
      }
      return answer
    }),
  ],

  // Sends the commit again, and takes the conflict with its own row for a real one.
  'stores a commit once when its answer is lost': committing(
    (commit) => (given) => commit(given).catch(() => commit(given)),
  ),

  // The children first, and the root when others have written meanwhile.
  'never reads a mixture of two commits': inOrders((orders) => ({
    async find(key) {
      const children = await orders.find(key)
      await nextTurn()
      const root = await orders.find(key)
      return root === null ? null : { ...root, refunds: children?.refunds ?? [] }
    },
  })),

  'lists the unpaid orders that are overdue, the longest overdue first': inOrders((orders) => ({
    listOverdue: async (now, limit) => (await orders.listOverdue(now, limit)).toReversed(),
  })),

  'shares no object with its callers': (harness) => {
    const kept = new Map<string, Order>()
    return inOrders((orders) => ({
      commit(given) {
        kept.set(given.after.id, given.after)
        return orders.commit(given)
      },
      find: async (key) => ('id' in key ? (kept.get(key.id) ?? null) : orders.find(key)),
    }))(harness)
  },

  ...storeSabotage(orderStoreHarness),
})
