import type { Fen, LedgerPage, LedgerPayment, LedgerRefund, PaymentLedger } from '../../src/index.js'
import { type PaymentLedgerHarness, paymentLedgerContract } from '../../testing/contracts/index.js'
import { paymentLedgerHarness } from '../harnesses/payment-ledger-harness.js'
import { changed, failingWith, leaking, rounded, type Sabotage, sabotaged, untranslated } from './sabotage.js'

const inLedger =
  (
    fault: (ledger: PaymentLedger, harness: PaymentLedgerHarness) => Partial<PaymentLedger>,
  ): Sabotage<PaymentLedgerHarness> =>
  (harness) =>
    changed(harness, {
      get ledger() {
        return { ...harness.ledger, ...fault(harness.ledger, harness) }
      },
    })

/** Spoils a page of payments. */
const paidAs = (spoil: (entries: readonly LedgerPayment[]) => readonly LedgerPayment[]) =>
  inLedger((ledger) => ({
    async paidWithin(span, request) {
      const { entries, next } = await ledger.paidWithin(span, request)
      return { entries: spoil(entries), next }
    },
  }))

/** Goes on behind the time alone: what came at the same moment is passed over. */
const behindTheMoment = <Entry>(page: LedgerPage<Entry>): LedgerPage<Entry> =>
  page.next === null ? page : { ...page, next: { ...page.next, id: '9223372036854775807' } }

const spoiltAmount = <Entry extends LedgerPayment | LedgerRefund>(entry: Entry): Entry => ({
  ...entry,
  payNo: rounded(entry.payNo),
})

export const paymentLedgerSabotage = sabotaged(paymentLedgerContract, paymentLedgerHarness, {
  'lists a payment as it stands in the books': paidAs((entries) =>
    entries.map((payment) => ({ ...payment, totalPrice: (payment.totalPrice / 100) as Fen })),
  ),

  'lists payments by the time of their money, the earliest first': paidAs((entries) =>
    [...entries].sort((one, other) => (one.payNo < other.payNo ? -1 : 1)),
  ),

  'begins with the first moment of the span and ends before the last': inLedger((ledger) => ({
    paidWithin: ({ from, to }, request) => ledger.paidWithin({ from: from + 1, to: to + 1 }, request),
  })),

  'lists money whatever became of it': paidAs((entries) => entries.filter((payment) => payment.status === '601002')),

  // Goes by the attempts' numbers instead of their money.
  'leaves out attempts without money': inLedger((ledger, { stores }) => ({
    async paidWithin(span, request) {
      const page = await ledger.paidWithin(span, request)
      const all = await stores.payRecords.listOf('7123456789012345001' as never)
      return { ...page, entries: all.map(({ payNo }) => ({ ...emptyPayment, payNo })) }
    },
  })),

  // Begins each page with the entry that ended the one before.
  'hands out payments page by page, each once': inLedger((ledger) => ({
    paidWithin: (span, request) =>
      ledger.paidWithin(span, { ...request, after: request.after && { ...request.after, id: '1' } }),
  })),

  'hands out payments of one moment page by page, each once': inLedger((ledger) => ({
    paidWithin: async (span, request) => behindTheMoment(await ledger.paidWithin(span, request)),
  })),

  'lists refunds that succeeded, and no others': inLedger((ledger) => ({
    async refundedWithin(span, request) {
      const page = await ledger.refundedWithin(span, request)
      const all = await ledger.refundsOf(page.entries.map((refund) => refund.payNo))
      return { ...page, entries: all.filter((refund) => refund.finishDate !== null) }
    },
  })),

  'hands out refunds of one moment page by page, each once': inLedger((ledger) => ({
    refundedWithin: async (span, request) => behindTheMoment(await ledger.refundedWithin(span, request)),
  })),

  'finds attempts by their numbers in any state, and leaves out what is not ours': inLedger((ledger) => ({
    paymentsOf: async (payNos) =>
      (await ledger.paymentsOf(payNos)).filter((payment) => payment.paySuccessTime !== null),
  })),

  'finds hundreds of attempts in one call, each once': inLedger((ledger) => ({
    paymentsOf: (payNos) => ledger.paymentsOf(payNos.slice(0, 100)),
  })),

  // An empty condition that was left out finds everything.
  'finds nothing when nothing is asked for': inLedger((ledger) => ({
    paymentsOf: async (payNos) =>
      payNos.length > 0
        ? ledger.paymentsOf(payNos)
        : (await ledger.paidWithin(always, { limit: 9, after: null })).entries,
  })),

  'finds every refund of the given attempts, in any state': inLedger((ledger) => ({
    refundsOf: async (payNos) => (await ledger.refundsOf(payNos)).filter((refund) => refund.status !== 'failed'),
  })),

  'keeps ids above 2^53 and amounts exact': inLedger((ledger) => ({
    paymentsOf: async (payNos) => (await ledger.paymentsOf(payNos)).map(spoiltAmount),
    refundsOf: async (payNos) => (await ledger.refundsOf(payNos)).map(spoiltAmount),
  })),

  'sees only what is committed': (harness) => changed(harness, { unitOfWork: { run: (work) => work(harness.stores) } }),

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

  'fails with store_unavailable when the store cannot be reached': inLedger((ledger) =>
    failingWith(ledger, untranslated),
  ),
  'leaves no secret in its errors': inLedger((ledger) => failingWith(ledger, leaking)),
})

const always = { from: 0, to: Number.MAX_SAFE_INTEGER }

const emptyPayment = { totalPrice: 0 as Fen, status: '601001', outPayNo: null, paySuccessTime: null } as const
