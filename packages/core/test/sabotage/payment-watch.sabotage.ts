import { type DueAttempt, type PayNo, PayStatus } from '../../src/index.js'
import {
  type OrderStoresHarness,
  paymentWatchContract,
  sampleOrder,
  samplePayment,
  samplePayRecord,
} from '../../testing/contracts/index.js'
import { orderStoresHarness } from '../harnesses/order-stores-harness.js'
import { inPayRecords, inWatch, leakingErrors, untranslatedErrors } from './in-order-stores.js'
import { forgetful, readsUncommitted, rounded, type Sabotage, sabotaged, withoutTransaction } from './sabotage.js'

const order = sampleOrder()
const [some, other] = [samplePayRecord(order, 1), samplePayRecord(order, 2)]

/** Spoils what is listed. */
const listedAs = (spoil: (due: readonly DueAttempt[]) => readonly DueAttempt[]) =>
  inWatch((watch) => ({ listDue: async (now, limit) => spoil(await watch.listDue(now, limit)) }))

/** A list of its own, which nobody tells that an attempt ended in this state. */
const notTold = (state: string): Sabotage<OrderStoresHarness> =>
  inPayRecords((payRecords) => ({
    // The attempt stays as it is in the store, and so does the watch on it.
    change: async (payNo, change) => change.to === state || payRecords.change(payNo, change),
  }))

/** Watches what was unpaid when it looked. */
const looksFirst: Sabotage<OrderStoresHarness> = (harness) => {
  const begun: DueAttempt[] = []
  return inWatch(() => ({
    async begin(payNo, pollAt) {
      const payRecord = await harness.stores.payRecords.find({ payNo })
      if (payRecord?.status === PayStatus.unpaid) begun.push({ payRecord, pollAt })
    },
    listDue: async () => begun,
  }))(harness)
}

/** Reads, decides, and writes without looking again. */
const movesForAll: Sabotage<OrderStoresHarness> = inWatch((watch) => ({
  async move(payNo, from, to) {
    const due = await watch.listDue(from, 100)
    if (!due.some(({ payRecord, pollAt }) => payRecord.payNo === payNo && pollAt === from)) return false
    await watch.move(payNo, from, to)
    return true
  },
}))

export const paymentWatchSabotage = sabotaged(paymentWatchContract, orderStoresHarness, {
  'lists a watched attempt from the moment it is due, as it is stored': inWatch((watch) => ({
    listDue: (now, limit) => watch.listDue(now - 1, limit),
  })),

  // Every unpaid attempt, whether its page was opened or not.
  'lists nothing that nobody began to watch': inWatch((watch) => ({
    async listDue(now, limit) {
      await watch.begin(some.payNo, now)
      return watch.listDue(now, limit)
    },
  })),

  'lists the longest due first': listedAs((due) =>
    [...due].sort((one, two) => (one.payRecord.payNo < two.payRecord.payNo ? -1 : 1)),
  ),
  'lists no more than asked for': inWatch((watch) => ({ listDue: (now) => watch.listDue(now, 100) })),

  'keeps numbers above 2^53 apart': inWatch((watch) => ({
    begin: (payNo, at) => watch.begin(rounded(payNo), at),
    move: (payNo, from, to) => watch.move(rounded(payNo), from, to),
  })),

  'keeps the first time when watching begins again': inWatch((watch) => ({
    async begin(payNo, at) {
      const [due] = await watch.listDue(Number.MAX_SAFE_INTEGER, 1)
      if (due === undefined) await watch.begin(payNo, at)
      else await watch.move(payNo, due.pollAt, at)
    },
  })),

  'lists an attempt once, however many begin at once': looksFirst,

  // Clears what is watched when an attempt ends, and nothing stops it from being watched again.
  'is quiet about an attempt that is not unpaid, and does not watch it': (harness) => {
    const begun: PayNo[] = []
    return inWatch(() => ({
      begin: async (payNo) => void begun.push(payNo),
      listDue: async () => begun.map((payNo) => ({ payRecord: { ...some, payNo }, pollAt: some.createDate })),
    }))(harness)
  },

  // A foreign key.
  'is quiet about an attempt that is not there': (harness) =>
    inWatch((watch) => ({
      async begin(payNo, at) {
        if ((await harness.stores.payRecords.find({ payNo })) === null) throw new Error('FOREIGN KEY constraint failed')
        await watch.begin(payNo, at)
      },
    }))(harness),

  'lists an attempt no longer once it is paid': notTold(PayStatus.paid),
  'goes on listing an attempt that is closed, until it is told otherwise or it is paid': inWatch((watch) => ({
    async listDue(now, limit) {
      const due = await watch.listDue(now, limit)
      return due.filter(({ payRecord }) => payRecord.status !== PayStatus.closed)
    },
  })),

  'goes on watching the others when one is paid': inPayRecords((payRecords) => ({
    async change(payNo, change) {
      await payRecords.change(other.payNo, { ...change, payment: samplePayment() })
      return payRecords.change(payNo, change)
    },
  })),

  'never watches an attempt that is paid at the moment when watching begins': looksFirst,

  'moves an attempt to its next time': inWatch((watch) => ({
    move: async (payNo, from, to) => (await watch.move(payNo, from, to === null ? to : to - 1)) && true,
  })),

  'moves no other attempt': inWatch((watch) => ({
    async move(payNo, from, to) {
      await watch.move(other.payNo, from, to)
      return watch.move(payNo, from, to)
    },
  })),

  'answers false to a repeated move, and leaves the first': inWatch((watch) => ({
    async move(payNo, _from, to) {
      const [due] = await watch.listDue(Number.MAX_SAFE_INTEGER, 1)
      return watch.move(payNo, due?.pollAt ?? 0, to)
    },
  })),

  'answers false to a move of what is not watched': inWatch((watch) => ({
    async move(payNo, from, to) {
      await watch.begin(payNo, from)
      return watch.move(payNo, from, to)
    },
  })),

  'lets one of many callers move an attempt': movesForAll,

  // Sets it to be due never instead.
  'watches an attempt no longer when told so, until watching begins anew': inWatch((watch) => ({
    move: (payNo, from, to) => watch.move(payNo, from, to ?? Number.MAX_SAFE_INTEGER),
  })),

  'shows nobody what is watched before its unit of work commits': readsUncommitted,
  'takes back what a failed unit of work did': withoutTransaction,
  'goes on watching an attempt whose payment was taken back': withoutTransaction,
  'keeps what is watched over a restart': forgetful(orderStoresHarness),

  'shares no object with its callers': (harness) => {
    let kept: readonly DueAttempt[] | null = null
    return inWatch((watch) => ({
      async listDue(now, limit) {
        kept ??= await watch.listDue(now, limit)
        return kept
      },
    }))(harness)
  },

  'fails with store_unavailable when the store cannot be reached': untranslatedErrors,
  'leaves no secret in its errors': leakingErrors,
})
