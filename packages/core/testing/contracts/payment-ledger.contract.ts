import type { Payment, ReceivedMoneyOutcome } from '../../src/orders/domain/payment.js'
import type { Refund, RefundStatus } from '../../src/orders/domain/refund.js'
import type { LedgerPage, LedgerPageRequest, LedgerPosition } from '../../src/orders/ports/payment-ledger.js'
import { payNo } from '../../src/shared/identifiers.js'
import { MAX_AMOUNT_FEN } from '../../src/shared/money.js'
import type { EpochMs } from '../../src/shared/ports/clock.js'
import { PayStatus } from '../../src/shared/status-codes.js'
import { equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { SAMPLE_TIME, sampleId, sampleOrder, samplePayment, sampleReceipt, sampleRefund } from './sample-data.js'
import { commitOrder, type OrderStoreHarness, readPages, storeClauses } from './store-harness.js'

const order = sampleOrder()
const from = SAMPLE_TIME
const to = SAMPLE_TIME + 1_000
const span = { from, to }
const firstPage = { limit: 100, after: null }
const unpaidPayment = (count: number, changes: Partial<Payment> = {}) => samplePayment(order, count, changes)
const payNoOf = (count: number) => unpaidPayment(count).payNo
const requestNo = (count: number) => sampleRefund(unpaidPayment(1), count).outRequestNo

/** A payment whose money came at this time. */
const paidPayment = (count: number, paySuccessTime: EpochMs, receipt: ReceivedMoneyOutcome = 'booked') =>
  unpaidPayment(count, sampleReceipt({ paySuccessTime, receipt }))

/** A refund of the first payment that ended, or not, at this time. */
const endedRefund = (count: number, at: EpochMs, status: RefundStatus = 'succeeded'): Refund =>
  sampleRefund(unpaidPayment(1), count, {
    createDate: from - 500,
    status,
    finishDate: status === 'pending' ? null : at,
  })

const commitPayments = (
  harness: OrderStoreHarness,
  payments: readonly Payment[],
  refunds: readonly Refund[] = [],
  totalPrice = order.totalPrice,
) => commitOrder(harness, null, { ...order, totalPrice, payments, refunds })

const readAll = <Entry>(read: (page: LedgerPageRequest) => Promise<LedgerPage<Entry>>): Promise<Entry[]> =>
  readPages((limit, after: LedgerPosition | null) => read({ limit, after }))

const paidNumbers = async ({ store: { ledger } }: OrderStoreHarness) =>
  (await ledger.paidWithin(span, firstPage)).entries.map((payment) => payment.payNo)

const refundNumbers = async ({ store: { ledger } }: OrderStoreHarness) =>
  (await ledger.refundedWithin(span, firstPage)).entries.map((refund) => refund.outRequestNo)

export const paymentLedgerContract = defineContract<OrderStoreHarness>()('PaymentLedger', {
  'lists a payment as it was booked, also the largest one': async (harness) => {
    const largest = { ...paidPayment(1, from + 1), totalPrice: MAX_AMOUNT_FEN }
    await commitPayments(harness, [largest], [], MAX_AMOUNT_FEN)
    const { totalPrice, outPayNo, status } = largest
    const entries = [{ payNo: payNoOf(1), totalPrice, status, outPayNo, paySuccessTime: from + 1 }]
    equal((await harness.store.ledger.paidWithin(span, firstPage)).entries, entries)
    equal(await harness.store.ledger.paymentsOf([payNoOf(1)]), entries)
  },

  'lists money by its time, whatever became of it, and no payment without money': async (harness) => {
    const back = { ...paidPayment(3, from + 2, 'late'), status: PayStatus.refunded }
    const without = [unpaidPayment(4), unpaidPayment(5, { status: PayStatus.closed })]
    await commitPayments(harness, [
      paidPayment(1, from + 3, 'surplus'),
      paidPayment(2, from + 1, 'held'),
      back,
      ...without,
    ])
    equal(await paidNumbers(harness), [2, 3, 1].map(payNoOf))
  },

  'begins with the first moment of the span and ends before the last': async (harness) => {
    const moments = [from - 1, from, to - 1, to]
    const payments = moments.map((at, index) => paidPayment(index + 1, at))
    const refunds = moments.map((at, index) => endedRefund(index + 1, at))
    await commitPayments(harness, payments, refunds)
    equal(await paidNumbers(harness), [2, 3].map(payNoOf))
    equal(await refundNumbers(harness), [2, 3].map(requestNo))
  },

  'hands out payments and refunds page by page, each once, also those of one moment': async (harness) => {
    const counts = [1, 2, 3, 4, 5, 6]
    const timeOf = (count: number) => (count === 6 ? from + 9 : from)
    const payments = counts.map((count) => paidPayment(count, timeOf(count)))
    const refunds = counts.map((count) => endedRefund(count, timeOf(count)))
    await commitPayments(harness, payments, refunds)
    const allPaid = await readAll((page) => harness.store.ledger.paidWithin(span, page))
    const allRefunded = await readAll((page) => harness.store.ledger.refundedWithin(span, page))
    equal(
      allPaid.map((payment) => payment.payNo),
      counts.map(payNoOf),
    )
    equal(
      allRefunded.map(({ outRequestNo }) => outRequestNo),
      counts.map(requestNo),
    )
  },

  'lists refunds that succeeded as they were, and no others': async (harness) => {
    const largest = { ...endedRefund(1, from + 1), amount: MAX_AMOUNT_FEN }
    await commitPayments(
      harness,
      [paidPayment(1, from)],
      [largest, endedRefund(2, from + 2, 'failed'), endedRefund(3, from + 3, 'pending')],
    )
    const { payNo, outRequestNo, amount, status, createDate, finishDate } = largest
    const entries = [{ payNo, outRequestNo, amount, status, createDate, finishDate }]
    equal((await harness.store.ledger.refundedWithin(span, firstPage)).entries, entries)
  },

  'finds payments by their numbers in any state, each once, and leaves out what is not ours': async (harness) => {
    await commitPayments(harness, [paidPayment(1, from), unpaidPayment(2), unpaidPayment(3), unpaidPayment(250)])
    const numbers = Array.from({ length: 250 }, (_, index) => payNoOf(index + 1)).filter((each) => each !== payNoOf(3))
    equal(await harness.store.ledger.paymentsOf([]), [], 'what is found when nothing is asked for')
    const found = await harness.store.ledger.paymentsOf([...numbers, payNoOf(1), payNo(sampleId(99))])
    const states = found.map(({ payNo: each, status, paySuccessTime }) => `${each} ${status} ${paySuccessTime}`)
    equal(states.sort(), [
      `${payNoOf(1)} ${PayStatus.paid} ${from}`,
      `${payNoOf(2)} ${PayStatus.unpaid} null`,
      `${payNoOf(250)} ${PayStatus.unpaid} null`,
    ])
  },

  'finds every refund of the given payments, in any state': async (harness) => {
    const own = [endedRefund(1, from + 1), endedRefund(2, from + 2, 'failed'), endedRefund(3, from + 3, 'pending')]
    await commitPayments(
      harness,
      [paidPayment(1, from), paidPayment(2, from)],
      [...own, sampleRefund(unpaidPayment(2), 4)],
    )
    equal(await harness.store.ledger.refundsOf([]), [], 'what is found when nothing is asked for')
    const found = await harness.store.ledger.refundsOf([payNoOf(1), payNoOf(3)])
    const states = found.map(({ payNo: of, outRequestNo, status }) => `${of} ${outRequestNo} ${status}`).sort()
    equal(
      states,
      own.map(({ outRequestNo, status }) => `${payNoOf(1)} ${outRequestNo} ${status}`),
    )
  },

  ...storeClauses<OrderStoreHarness>({
    calls: ({ store: { ledger } }) => [
      ledger.paidWithin(span, firstPage),
      ledger.refundedWithin(span, firstPage),
      ledger.paymentsOf([payNoOf(1)]),
      ledger.refundsOf([payNoOf(1)]),
    ],
    write: (harness) => commitPayments(harness, [paidPayment(1, from)], [endedRefund(1, from)]),
    read: async ({ store: { ledger } }) => [
      await ledger.paidWithin(span, firstPage),
      await ledger.refundsOf([payNoOf(1)]),
    ],
  }),
})
