import type { OrderStores } from '../../src/orders/ports/order-stores.js'
import type { PaymentWatch } from '../../src/orders/ports/payment-watch.js'
import type { PayNo } from '../../src/shared/identifiers.js'
import { PayStatus } from '../../src/shared/status-codes.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { SAMPLE_TIME, sampleOrder, samplePayment, samplePayRecord } from './sample-data.js'
import { atOnce, keepsSecrets, type OrderStoresHarness, rolledBack, tamper, unavailable } from './store-harness.js'

const { unpaid, paid, closed } = PayStatus
const T = SAMPLE_TIME
/** When every sample that is watched at all is due. */
const LATER = T + 1_000_000
const order = sampleOrder()
const number = (count: number) => samplePayRecord(order, count).payNo
const [first, second, third] = [number(1), number(2), number(3)]

const everyCall = ({ stores: { watch } }: OrderStoresHarness) => [
  watch.begin(first, T),
  watch.listDue(T, 10),
  watch.move(first, T, LATER),
]

/** The sample order with this many attempts, watched by nobody. */
async function withAttempts({ stores }: OrderStoresHarness, count = 1): Promise<OrderStores> {
  await stores.orders.insertOrRead(order)
  for (let each = 1; each <= count; each += 1) await stores.payRecords.insert(samplePayRecord(order, each))
  return stores
}

/** The same, the first attempt watched from `T`. */
async function watching(harness: OrderStoresHarness, count = 1): Promise<OrderStores> {
  const stores = await withAttempts(harness, count)
  await stores.watch.begin(first, T)
  return stores
}

const pay = ({ payRecords }: OrderStores, payNo: PayNo) =>
  payRecords.change(payNo, { from: unpaid, to: paid, payment: samplePayment() })

/** What is watched at all: number and time. */
const watched = async (watch: PaymentWatch, at = LATER) =>
  (await watch.listDue(at, 100)).map(({ payRecord, pollAt }) => [payRecord.payNo, pollAt])

export const paymentWatchContract = defineContract<OrderStoresHarness>()('PaymentWatch', {
  'lists a watched attempt from the moment it is due, as it is stored': async (harness) => {
    const { watch } = await watching(harness)
    equal(await watch.listDue(T - 1, 10), [])
    equal(await watch.listDue(T, 10), [{ payRecord: samplePayRecord(order), pollAt: T }])
  },

  'lists nothing that nobody began to watch': async (harness) => {
    const { watch } = await withAttempts(harness)
    equal(await watched(watch), [])
  },

  'lists the longest due first': async (harness) => {
    const { watch } = await withAttempts(harness, 3)
    await watch.begin(first, T + 2)
    await watch.begin(second, T)
    await watch.begin(third, T + 1)
    equal(await watched(watch), [
      [second, T],
      [third, T + 1],
      [first, T + 2],
    ])
  },

  'lists no more than asked for': async (harness) => {
    const { watch } = await withAttempts(harness, 3)
    for (const [index, payNo] of [third, second, first].entries()) await watch.begin(payNo, T + index)
    equal(
      (await watch.listDue(LATER, 2)).map(({ payRecord }) => payRecord.payNo),
      [third, second],
    )
  },

  'keeps numbers above 2^53 apart': async (harness) => {
    const { watch } = await withAttempts(harness, 2)
    ensure(Number(first) === Number(second), 'The two numbers are one number to a float.')
    await watch.begin(first, T)
    await watch.begin(second, T + 1)
    equal(await watch.move(first, T, T + 2), true)
    equal(await watched(watch), [
      [second, T + 1],
      [first, T + 2],
    ])
  },

  'keeps the first time when watching begins again': async (harness) => {
    const { watch } = await watching(harness)
    await watch.begin(first, T + 5)
    await watch.begin(first, T - 5)
    equal(await watched(watch), [[first, T]])
  },

  'lists an attempt once, however many begin at once': async (harness) => {
    const { watch } = await withAttempts(harness)
    await atOnce(8, () => watch.begin(first, T))
    equal(await watched(watch), [[first, T]])
  },

  'is quiet about an attempt that is not unpaid, and does not watch it': async (harness) => {
    const stores = await withAttempts(harness, 2)
    await pay(stores, first)
    await stores.payRecords.change(second, { from: unpaid, to: closed })
    for (const payNo of [first, second]) await stores.watch.begin(payNo, T)
    equal(await watched(stores.watch), [])
  },

  'is quiet about an attempt that is not there': async ({ stores: { watch } }) => {
    await watch.begin(first, T)
    equal(await watched(watch), [])
  },

  'lists an attempt no longer once it is paid': async (harness) => {
    const stores = await watching(harness)
    await pay(stores, first)
    equal(await watched(stores.watch), [])
  },

  'goes on listing an attempt that is closed, until it is told otherwise or it is paid': async (harness) => {
    const stores = await watching(harness, 2)
    await stores.watch.begin(second, T)
    for (const payNo of [first, second]) await stores.payRecords.change(payNo, { from: unpaid, to: closed })
    equal(await watched(stores.watch), [
      [first, T],
      [second, T],
    ])
    await stores.watch.move(first, T, null)
    await stores.payRecords.change(second, { from: closed, to: paid, payment: samplePayment() })
    equal(await watched(stores.watch), [])
  },

  'goes on watching the others when one is paid': async (harness) => {
    const stores = await watching(harness, 2)
    await stores.watch.begin(second, T + 1)
    await pay(stores, first)
    equal(await watched(stores.watch), [[second, T + 1]])
  },

  'never watches an attempt that is paid at the moment when watching begins': async (harness) => {
    const stores = await withAttempts(harness, 8)
    await atOnce(8, (index) => Promise.all([pay(stores, number(index + 1)), stores.watch.begin(number(index + 1), T)]))
    equal(await watched(stores.watch), [])
  },

  'moves an attempt to its next time': async (harness) => {
    const { watch } = await watching(harness)
    equal(await watch.move(first, T, T + 5), true)
    equal(await watched(watch, T + 4), [], 'what is due before that time')
    equal(await watched(watch, T + 5), [[first, T + 5]])
  },

  'moves no other attempt': async (harness) => {
    const { watch } = await watching(harness, 2)
    await watch.begin(second, T)
    await watch.move(first, T, T + 5)
    equal(await watched(watch, T), [[second, T]])
  },

  'answers false to a repeated move, and leaves the first': async (harness) => {
    const { watch } = await watching(harness)
    equal(await watch.move(first, T, T + 5), true)
    equal(await watch.move(first, T, T + 9), false)
    equal(await watched(watch), [[first, T + 5]])
  },

  'answers false to a move of what is not watched': async (harness) => {
    const stores = await watching(harness, 2)
    equal(await stores.watch.move(second, T, T + 5), false, 'a move of what nobody began to watch')
    equal(await stores.watch.move(third, T, T + 5), false, 'a move of what is not there')
    await pay(stores, first)
    equal(await stores.watch.move(first, T, T + 5), false, 'a move of what is paid')
    equal(await watched(stores.watch), [])
  },

  'lets one of many callers move an attempt': async (harness) => {
    const { watch } = await watching(harness)
    const moved = await atOnce(8, (index) => watch.move(first, T, T + 1 + index))
    equal(moved.filter((won) => won).length, 1, 'the number of winners')
    equal(await watched(watch), [[first, T + 1 + moved.indexOf(true)]])
  },

  'watches an attempt no longer when told so, until watching begins anew': async (harness) => {
    const { watch } = await watching(harness)
    equal(await watch.move(first, T, null), true)
    equal(await watched(watch), [], 'what is watched')
    equal(await watch.move(first, T, T + 5), false, 'a move of what is watched no longer')
    await watch.begin(first, T + 7)
    equal(await watched(watch), [[first, T + 7]], 'what is watched anew')
  },

  'shows nobody what is watched before its unit of work commits': async (harness) => {
    await withAttempts(harness)
    const early: ReturnType<typeof watched>[] = []
    await rolledBack(harness, async ({ watch }) => {
      await watch.begin(first, T)
      early.push(watched(harness.stores.watch))
      equal(await watched(watch), [[first, T]], 'what the unit itself sees')
    })
    equal(await Promise.all(early), [[]])
  },

  'takes back what a failed unit of work did': async (harness) => {
    const { watch } = await watching(harness, 2)
    await rolledBack(harness, async (stores) => {
      await stores.watch.begin(second, T)
      await stores.watch.move(first, T, T + 5)
    })
    equal(await watched(watch), [[first, T]])
  },

  'goes on watching an attempt whose payment was taken back': async (harness) => {
    const { watch } = await watching(harness)
    await rolledBack(harness, (stores) => pay(stores, first))
    equal(await watched(watch), [[first, T]])
  },

  'keeps what is watched over a restart': async (harness) => {
    const { watch } = await watching(harness, 2)
    await watch.begin(second, T)
    await watch.move(second, T, T + 5)
    await harness.reopen()
    equal(await watched(harness.stores.watch), [
      [first, T],
      [second, T + 5],
    ])
  },

  'shares no object with its callers': async (harness) => {
    const { watch } = await watching(harness)
    const [due] = await watch.listDue(T, 1)
    tamper(() => void Object.assign(due ?? {}, { pollAt: 0 }))
    tamper(() => void Object.assign(due?.payRecord ?? {}, { status: paid }))
    equal(await watch.listDue(T, 10), [{ payRecord: samplePayRecord(order), pollAt: T }])
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) =>
    keepsSecrets(harness, () => everyCall(harness), [samplePayRecord(order).token]),
})
