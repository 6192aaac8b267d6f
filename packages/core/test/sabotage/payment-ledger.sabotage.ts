import type { Fen } from '../../src/index.js'
import type { LedgerPage, LedgerPayment, LedgerRefund } from '../../src/ports.js'
import { paymentLedgerContract, sampleOrder } from '../../testing/contracts/index.js'
import { orderStoreHarness } from '../harnesses/order-store-harness.js'
import { inOrderStore, rounded, sabotaged, storeSabotage } from './sabotage.js'

const inLedger = inOrderStore('ledger')

/** Spoils a page of payments. */
const paidAs = (spoil: (entries: readonly LedgerPayment[]) => readonly LedgerPayment[]) =>
  inLedger((ledger) => ({
    async paidWithin(span, request) {
      const { entries, next } = await ledger.paidWithin(span, request)
      return { entries: spoil(entries), next }
    },
  }))

/** Continues after the time alone, and skips entries of the same moment. */
const behindTheMoment = <Entry>(page: LedgerPage<Entry>): LedgerPage<Entry> =>
  page.next === null ? page : { ...page, next: { ...page.next, id: '9223372036854775807' } }

const withRoundedNumber = <Entry extends LedgerPayment | LedgerRefund>(entry: Entry): Entry => ({
  ...entry,
  payNo: rounded(entry.payNo),
})

export const paymentLedgerSabotage = sabotaged(paymentLedgerContract, orderStoreHarness, {
  'lists a payment as it was booked, also the largest one': [
    paidAs((entries) => entries.map((payment) => ({ ...payment, totalPrice: (payment.totalPrice / 100) as Fen }))),
    inLedger((ledger) => ({
      paymentsOf: async (payNos) => (await ledger.paymentsOf(payNos)).map(withRoundedNumber),
    })),
  ],

  'lists money by its time, whatever became of it, and no payment without money': [
    paidAs((entries) => [...entries].sort((one, other) => (one.payNo < other.payNo ? -1 : 1))),
    paidAs((entries) => entries.filter((payment) => payment.status === '601002')),
    // Goes by the payments' numbers instead of their money.
    inLedger((ledger, { orders }) => ({
      async paidWithin(span, request) {
        const page = await ledger.paidWithin(span, request)
        const order = await orders.find({ id: sampleOrder().id })
        const others = (order?.payments ?? []).filter(({ paySuccessTime }) => paySuccessTime === null)
        return { ...page, entries: [...page.entries, ...others.map(({ payNo }) => ({ ...emptyPayment, payNo }))] }
      },
    })),
  ],

  'begins with the first moment of the span and ends before the last': inLedger((ledger) => ({
    paidWithin: ({ from, to }, request) => ledger.paidWithin({ from: from + 1, to: to + 1 }, request),
  })),

  'hands out payments and refunds page by page, each once, also those of one moment': [
    inLedger((ledger) => ({
      paidWithin: async (span, request) => behindTheMoment(await ledger.paidWithin(span, request)),
    })),
    inLedger((ledger) => ({
      refundedWithin: async (span, request) => behindTheMoment(await ledger.refundedWithin(span, request)),
    })),
  ],

  'lists refunds that succeeded as they were, and no others': inLedger((ledger) => ({
    async refundedWithin(span, request) {
      const page = await ledger.refundedWithin(span, request)
      const all = await ledger.refundsOf(page.entries.map((refund) => refund.payNo))
      return { ...page, entries: all.filter((refund) => refund.finishDate !== null) }
    },
  })),

  'finds payments by their numbers in any state, each once, and leaves out what is not ours': [
    inLedger((ledger) => ({ paymentsOf: (payNos) => ledger.paymentsOf(payNos.slice(0, 100)) })),
    // An empty condition that was left out finds everything.
    inLedger((ledger) => ({
      paymentsOf: async (payNos) =>
        payNos.length > 0
          ? ledger.paymentsOf(payNos)
          : (await ledger.paidWithin(always, { limit: 9, after: null })).entries,
    })),
  ],

  'finds every refund of the given payments, in any state': [
    inLedger((ledger) => ({
      refundsOf: async (payNos) => (await ledger.refundsOf(payNos)).filter((refund) => refund.status !== 'failed'),
    })),
    inLedger((ledger) => ({
      refundsOf: async (payNos) => (await ledger.refundsOf(payNos)).map(withRoundedNumber),
    })),
  ],

  'shares no object with its callers': (harness) => {
    const kept = new Map<string, LedgerPage<LedgerPayment>>()
    return inLedger((ledger) => ({
      async paidWithin(span, request) {
        const page = kept.get('page') ?? (await ledger.paidWithin(span, request))
        kept.set('page', page)
        return page
      },
    }))(harness)
  },

  ...storeSabotage(orderStoreHarness),
})

const always = { from: 0, to: Number.MAX_SAFE_INTEGER }

const emptyPayment = { totalPrice: 0 as Fen, status: '601001', outPayNo: null, paySuccessTime: null } as const
