import { CheckoutError, type OrderStores, type PayResultMessage, type UnitOfWork } from '../../src/index.js'
import { type OrderStoresHarness, sampleOrder, unitOfWorkContract } from '../../testing/contracts/index.js'
import { FAKE_SECRET } from '../harnesses/fake-secret.js'
import { orderStoresHarness } from '../harnesses/order-stores-harness.js'
import {
  changed,
  forgetful,
  inStores,
  readsUncommitted,
  type Sabotage,
  sabotaged,
  untranslated,
  withoutTransaction,
} from './sabotage.js'

type Units = UnitOfWork<OrderStores>

const inUnits =
  (fault: (units: Units, harness: OrderStoresHarness) => Units): Sabotage<OrderStoresHarness> =>
  (harness) =>
    changed(harness, {
      get unitOfWork() {
        return fault(harness.unitOfWork, harness)
      },
    })

/** Failures of a unit come out as another. */
const failures = (disguise: (error: unknown) => unknown) =>
  inUnits((units) => ({
    run: (work) =>
      units.run(work).catch((error) => {
        throw disguise(error)
      }),
  }))

export const unitOfWorkSabotage = sabotaged(unitOfWorkContract, orderStoresHarness, {
  'answers what the work returns': inUnits((units) => ({
    run: (work) => units.run(async (stores) => void (await work(stores)) as never),
  })),

  'writes to every store at once': inUnits((units) => ({
    run: (work) => units.run((bound) => work({ ...bound, outbox: { ...bound.outbox, append: async () => {} } })),
  })),

  'writes to no store when the work fails at its end': withoutTransaction,
  'lets the error of the work out unchanged': failures((error) => Object.assign(new Error('failed', { cause: error }))),

  // Commits what was done before the refusal.
  'takes back everything when a store refuses': inUnits((units) => ({
    async run(work) {
      let refusal: unknown = null
      const result = await units.run((stores) =>
        work(stores).catch((error) => {
          if (!CheckoutError.isInstance(error)) throw error
          refusal = error
          return null as never
        }),
      )
      if (refusal !== null) throw refusal
      return result
    },
  })),

  'serves the next unit after one that failed': (harness) => {
    let failed = false
    return inUnits((units) => ({
      async run(work) {
        if (failed) throw new Error('The connection is still in its failed transaction.')
        return units.run(work).catch((error) => {
          failed = true
          throw error
        })
      },
    }))(harness)
  },

  'sees its own writes': (harness) =>
    inStores<OrderStores, OrderStoresHarness>(harness, (stores, bound) => ({
      ...stores,
      orders: { ...stores.orders, find: bound ? harness.stores.orders.find : stores.orders.find },
    })),

  'has everything durable once it answers': forgetful(orderStoresHarness),
  'shows none of its writes to others while it runs': readsUncommitted,

  // Every unit begins on what was there before, and the last one to write wins.
  'runs units on the same row as if one after the other': (harness) => {
    let first = true
    return inUnits((units) => ({
      run: (work) =>
        units.run(async (stores) => {
          const orders = { ...stores.orders, find: first ? stores.orders.find : async () => sampleOrder() }
          first = false
          return work({ ...stores, orders })
        }),
    }))(harness)
  },

  // Keeps the first change of those that come together, and drops the others.
  'commits units that change last at once, each whole': inUnits((units) => ({
    run: (work, shape) =>
      units.run(
        (bound) =>
          work(shape === undefined ? bound : { ...bound, outbox: { ...bound.outbox, append: async () => {} } }),
        shape,
      ),
  })),

  // Commits what several have asked for, whatever becomes of one.
  'takes back only the one that fails of units that change last at once': inUnits((units) => ({
    async run(work, shape) {
      let failure: unknown = null
      const result = await units.run((bound) =>
        work(bound).catch((error) => {
          if (shape === undefined) throw error
          failure = error
          return null as never
        }),
      )
      if (failure !== null) throw failure
      return result
    },
  })),

  // Answers every unit of a group as its first one.
  'lets one of many units win that change the same row last at once': inUnits((units) => ({
    run: (work, shape) =>
      units.run(work, shape).catch((error) => {
        if (shape === undefined) throw error
        return undefined as never
      }),
  })),

  'runs a unit that goes on behind its changes, whatever its shape said': inUnits((units, { stores }) => ({
    run: (work, shape) =>
      units.run((bound) =>
        work(shape === undefined ? bound : { ...bound, orders: { ...bound.orders, find: stores.orders.find } }),
      ),
  })),

  'runs the work again after a conflict, and keeps only what the last run wrote': inUnits((units) => ({
    run(work) {
      const appended: PayResultMessage[] = []
      return units.run((bound) => work({ ...bound, outbox: { ...bound.outbox, append: appendAll(bound, appended) } }))
    },
  })),

  'fails with store_unavailable when the store cannot be reached': failures(untranslated),

  // Takes the lost answer for a success.
  'fails with store_unavailable when it is not known whether the commit was done': inUnits((units) => ({
    run: (work) => units.run(work).catch(() => undefined as never),
  })),

  'refuses a call of its stores after its end': inUnits((units, { stores }) => ({
    run: (work) =>
      units.run(async (bound) => {
        const result = await work(bound)
        return Array.isArray(result) ? ([stores] as never) : result
      }),
  })),

  'leaves no secret in its errors': failures(
    (cause) => new CheckoutError('store_unavailable', `No connection to mysql://root:${FAKE_SECRET}@db.`, { cause }),
  ),
})

/** Keeps what each run of the work appended, also of a run that was taken back. */
function appendAll({ outbox }: OrderStores, appended: PayResultMessage[]): OrderStores['outbox']['append'] {
  return async (message) => {
    appended.push(message)
    for (const each of appended) await outbox.append(each)
  }
}
