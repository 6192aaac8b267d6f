import { CheckoutError, type PayRecord, PayStatus } from '../../src/index.js'
import { payRecordRepositoryContract, sampleOrder, samplePayRecord } from '../../testing/contracts/index.js'
import { orderStoresHarness } from '../harnesses/order-stores-harness.js'
import { inPayRecords, untranslatedErrors } from './in-order-stores.js'
import { forgetful, readsUncommitted, rounded, sabotaged, withoutTransaction } from './sabotage.js'

/** Spoils each attempt that is found by its number. */
const foundAs = (spoil: (payRecord: PayRecord) => PayRecord) =>
  inPayRecords((payRecords) => ({
    async find(key) {
      const payRecord = await payRecords.find(key)
      return payRecord === null ? null : spoil(payRecord)
    },
  }))

/** Swallows the refusal of a second insert, and overwrites instead. */
const overwritten = inPayRecords((payRecords) => ({
  insert: (payRecord) => payRecords.insert(payRecord).catch(() => {}),
}))

const [some, other] = [samplePayRecord(sampleOrder(), 1), samplePayRecord(sampleOrder(), 2)]

export const payRecordRepositorySabotage = sabotaged(payRecordRepositoryContract, orderStoresHarness, {
  'stores an attempt and hands it back as it was': foundAs((payRecord) => ({ ...payRecord, notifyUrl: '' })),

  'keeps an attempt without an address to return to': foundAs((payRecord) => ({
    ...payRecord,
    returnUrl: payRecord.returnUrl ?? '',
  })),

  'finds an attempt by its token': inPayRecords((payRecords) => ({
    find: (key) => payRecords.find('token' in key ? { token: some.token } : key),
  })),

  'answers null for an attempt that is not there': inPayRecords((payRecords) => ({
    find: async (key) => (await payRecords.find(key)) ?? payRecords.find({ payNo: some.payNo }),
  })),

  'tells tokens apart by upper and lower case': inPayRecords((payRecords) => ({
    async find(key) {
      if (!('token' in key) || key.token !== key.token.toUpperCase()) return payRecords.find(key)
      return payRecords.find({ token: some.token })
    },
  })),

  'keeps numbers above 2^53 apart': inPayRecords((payRecords) => ({
    insert: (payRecord) => payRecords.insert({ ...payRecord, payNo: rounded(payRecord.payNo) }).catch(() => {}),
    find: (key) => payRecords.find('payNo' in key ? { payNo: rounded(key.payNo) } : key),
  })),

  'keeps amounts exact, up to the largest payment': foundAs((payRecord) => ({
    ...payRecord,
    totalPrice: Math.min(payRecord.totalPrice, 2 ** 31 - 1) as PayRecord['totalPrice'],
  })),

  'refuses a number that exists with state_conflict': overwritten,
  'refuses a token that exists with state_conflict': overwritten,

  // As a driver does: Duplicate entry 'value' for key 'name'.
  'does not name the token in the refusal': inPayRecords((payRecords) => ({
    insert: (payRecord) =>
      payRecords.insert(payRecord).catch((cause) => {
        throw new CheckoutError('state_conflict', `Duplicate entry '${payRecord.token}' for key 'token'.`, { cause })
      }),
  })),

  'lists every attempt of an order, oldest first': inPayRecords((payRecords) => ({
    listOf: async (orderId) => [...(await payRecords.listOf(orderId))].reverse(),
  })),

  'lists nothing for an order that has no attempt': inPayRecords((payRecords) => ({
    async listOf(orderId) {
      const list = await payRecords.listOf(orderId)
      return list.length > 0 ? list : [some]
    },
  })),

  'changes the state together with the facts of the payment': inPayRecords((payRecords) => ({
    change: (payNo, { from, to }) => payRecords.change(payNo, { from, to }),
  })),

  'leaves the facts of the payment as they are when the change names none': inPayRecords((payRecords) => ({
    change(payNo, change) {
      const nothing = { outPayNo: '', outPayChannel: '', paySuccessTime: 0, receipt: 'booked' } as const
      return payRecords.change(payNo, change.from === PayStatus.paid ? { ...change, payment: nothing } : change)
    },
  })),

  'changes no other attempt': inPayRecords((payRecords) => ({
    async change(payNo, change) {
      await payRecords.change(other.payNo, change)
      return payRecords.change(payNo, change)
    },
  })),

  'changes nothing when the attempt is in another state': inPayRecords((payRecords) => ({
    change: (payNo, change) =>
      payRecords.change(payNo, change.from === PayStatus.closed ? { ...change, from: PayStatus.unpaid } : change),
  })),

  'answers false to a change of an attempt that is not there': inPayRecords((payRecords) => ({
    change: async (payNo, change) =>
      (await payRecords.change(payNo, change)) || (await payRecords.find({ payNo })) === null,
  })),

  'answers false to a repeated change': inPayRecords((payRecords) => ({
    change: async (payNo, change) =>
      (await payRecords.change(payNo, change)) || (await payRecords.find({ payNo }))?.status === change.to,
  })),

  // Reads, decides, and writes without looking again.
  'lets one of many competing changes win': inPayRecords((payRecords) => ({
    async change(payNo, change) {
      const before = await payRecords.find({ payNo })
      if (before?.status !== change.from) return false
      await payRecords.change(payNo, change)
      return true
    },
  })),

  'gives a query turn, and the next one not before its time': inPayRecords((payRecords) => ({
    takeQueryTurn: (payNo, now) => payRecords.takeQueryTurn(payNo, now, now),
  })),

  'throttles each attempt by itself': inPayRecords((payRecords) => ({
    takeQueryTurn: (_payNo, now, nextAt) => payRecords.takeQueryTurn(some.payNo, now, nextAt),
  })),

  'gives no query turn for an attempt that is not unpaid': inPayRecords((payRecords) => ({
    takeQueryTurn: async (payNo, now, nextAt) =>
      (await payRecords.takeQueryTurn(payNo, now, nextAt)) ||
      (await payRecords.find({ payNo }))?.status === PayStatus.closed,
  })),

  // Everybody looks at the same last turn, and then everybody asks.
  'gives one of many callers the query turn': (harness) => {
    let last = 0
    return inPayRecords(() => ({
      async takeQueryTurn(_payNo, now, nextAt) {
        const free = last <= now
        await null
        if (free) last = nextAt
        return free
      },
    }))(harness)
  },

  'shows nobody an attempt before its unit of work commits': readsUncommitted,
  'takes back what a failed unit of work did': withoutTransaction,
  'keeps an attempt and its throttle over a restart': forgetful(orderStoresHarness),

  'shares no object with its callers': (harness) => {
    const kept = new Map<string, PayRecord>()
    return inPayRecords((payRecords) => ({
      async insert(payRecord) {
        kept.set(payRecord.payNo, payRecord)
        return payRecords.insert(payRecord)
      },
      find: async (key) => ('payNo' in key ? (kept.get(key.payNo) ?? null) : payRecords.find(key)),
    }))(harness)
  },

  'fails with store_unavailable when the store cannot be reached': untranslatedErrors,

  // What a driver puts into the message of a failed statement: its values.
  'leaves no secret in its errors': inPayRecords((payRecords) => ({
    find: (key) =>
      payRecords.find(key).catch((cause) => {
        throw new CheckoutError('store_unavailable', `select where token = ${'token' in key ? key.token : ''}`, {
          cause,
        })
      }),
  })),
})
