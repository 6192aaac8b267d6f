import type { OrderId, Refund } from '../../src/index.js'
import { refundRepositoryContract, sampleOrder, samplePayRecord, sampleRefund } from '../../testing/contracts/index.js'
import { orderStoresHarness } from '../harnesses/order-stores-harness.js'
import { inRefunds, leakingErrors, untranslatedErrors } from './in-order-stores.js'
import { forgetful, rounded, sabotaged, withoutTransaction } from './sabotage.js'

const order = sampleOrder()
const some = sampleRefund(samplePayRecord(order))

/** Spoils the list of an order's refunds. */
const listedAs = (spoil: (refunds: readonly Refund[], orderId: OrderId) => readonly Refund[]) =>
  inRefunds((refunds) => ({
    listOf: async (orderId) => spoil(await refunds.listOf(orderId), orderId),
  }))

export const refundRepositorySabotage = sabotaged(refundRepositoryContract, orderStoresHarness, {
  'stores a refund and lists it as it was': listedAs((list) => list.map((refund) => ({ ...refund, reason: '????' }))),
  'lists every refund of an order, oldest first': listedAs((list) => [...list].reverse()),
  'lists nothing for an order that has no refund': listedAs((list) => (list.length > 0 ? list : [some])),

  'keeps ids above 2^53 and amounts exact': listedAs((list) =>
    list.map((refund) => ({ ...refund, id: rounded(refund.id) })),
  ),

  'stores one refund for an attempt and a refund number, and the first one stays': inRefunds((refunds) => ({
    open: (refund) => refunds.open({ ...refund, outRequestNo: `${refund.outRequestNo} ${refund.reason}` }),
  })),

  'says that a refund number of this attempt is known': inRefunds((refunds) => ({
    async open(refund) {
      const opening = await refunds.open(refund)
      return opening === 'known' ? 'opened' : opening
    },
  })),

  // The new refund may be as large as the payment, whatever went back before.
  'never opens more than was paid for an attempt, and tells so': inRefunds((refunds) => ({
    async open(refund) {
      const opening = await refunds.open(refund)
      return opening === 'too_much' && refund.amount <= samplePayRecord(order).totalPrice ? 'opened' : opening
    },
  })),

  // Adds up what it sees, and opens then.
  'opens as many as fit when many callers want different ones at once': (harness) =>
    inRefunds((refunds) => ({
      async open(refund) {
        const seen = (await refunds.listOf(refund.orderId)).length
        const opening = await refunds.open(refund)
        return seen === 0 ? 'opened' : opening
      },
    }))(harness),

  'makes room for others when a refund fails, not when it succeeds': inRefunds((refunds) => ({
    finish: (id, _end, at) => refunds.finish(id, 'succeeded', at),
  })),

  'opens a failed refund again under its number, due at once': inRefunds((refunds) => ({
    async reopen(id) {
      const reopened = await refunds.reopen(id)
      await refunds.claimDue(10, 15_000)
      return reopened
    },
  })),

  'leaves a refund that was opened under a lease to whoever opened it': inRefunds((refunds) => ({
    reopen: (id) => refunds.reopen(id),
  })),

  'opens no refund again that has not failed, or is not there': inRefunds((refunds) => ({
    reopen: async (id) => (await refunds.reopen(id)) || (await refunds.listOf(order.id)).length > 0,
  })),

  // Knows the state of this one only.
  'opens no failed refund again when it no longer fits': inRefunds((refunds) => ({
    reopen: async (id) => (await refunds.reopen(id)) || (await refunds.listOf(order.id)).some((each) => each.id === id),
  })),

  'takes the same refund number for another attempt': inRefunds((refunds) => ({
    open: (refund) => refunds.open({ ...refund, payNo: some.payNo }),
  })),

  'tells refund numbers apart by upper and lower case': inRefunds((refunds) => ({
    open: (refund) => refunds.open({ ...refund, outRequestNo: refund.outRequestNo.toLowerCase() }),
  })),

  // Looks first and inserts then; the unique index that should stop it is on the id alone.
  'stores one refund for many callers at once': inRefunds((refunds) => ({
    async open(refund) {
      const known = (await refunds.listOf(refund.orderId)).some(
        ({ outRequestNo }) => outRequestNo === refund.outRequestNo,
      )
      return known ? 'known' : refunds.open({ ...refund, outRequestNo: `${refund.outRequestNo} of ${refund.id}` })
    },
  })),

  'hands a pending refund out at once': inRefunds((refunds) => ({
    async open(refund) {
      const opening = await refunds.open(refund)
      await refunds.claimDue(1, 1_000)
      return opening
    },
  })),

  'hands a refund to nobody else during its lease': inRefunds((refunds) => ({
    claimDue: (limit) => refunds.claimDue(limit, 0),
  })),

  'hands a refund out again after its lease': inRefunds((refunds) => ({
    claimDue: (limit, leaseMs) => refunds.claimDue(limit, leaseMs + 1),
  })),

  'hands out no more refunds than asked for': inRefunds((refunds) => ({
    claimDue: (_limit, leaseMs) => refunds.claimDue(1_000, leaseMs),
  })),

  // Reads what is due, and puts it off only then.
  'never hands one refund to two callers at once': inRefunds((refunds) => ({
    async claimDue(limit, leaseMs) {
      const pending = (await refunds.listOf(order.id)).filter((refund) => refund.status === 'pending')
      const claimed = await refunds.claimDue(limit, leaseMs)
      return claimed.length === 0 ? [] : pending.slice(0, limit)
    },
  })),

  'ends a pending refund, with the time of its end': inRefunds((refunds) => ({
    finish: (id, end, at) => refunds.finish(id, end, Math.floor(at / 1_000) * 1_000),
  })),

  'never hands out a refund that has ended': inRefunds((refunds) => ({
    finish: async (_id, _end, _at) => (await refunds.listOf(order.id)).length > 0,
  })),

  'answers false to a second end, and the first one stays': inRefunds((refunds) => ({
    finish: async (id, end, at) =>
      (await refunds.finish(id, end, at)) || (await refunds.listOf(order.id)).some((refund) => refund.id === id),
  })),

  'answers false to the end of a refund that is not there': inRefunds((refunds) => ({
    finish: async (id, end, at) =>
      (await refunds.finish(id, end, at)) || !(await refunds.listOf(order.id)).some((refund) => refund.id === id),
  })),

  'takes back what a failed unit of work did': withoutTransaction,
  'keeps a refund and its lease over a restart': forgetful(orderStoresHarness),

  'shares no object with its callers': (harness) => {
    const kept: Refund[] = []
    return inRefunds(() => ({
      async open(refund) {
        kept.push(refund)
        return 'opened'
      },
      listOf: async () => kept,
    }))(harness)
  },

  'fails with store_unavailable when the store cannot be reached': untranslatedErrors,
  'leaves no secret in its errors': leakingErrors,
})
