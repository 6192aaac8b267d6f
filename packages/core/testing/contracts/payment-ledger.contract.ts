import type { Payment, ReceiptOutcome } from '../../src/orders/domain/payment.js'
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
const unpaid = (count: number, changes: Partial<Payment> = {}) => samplePayment(order, count, changes)
const number = (count: number) => unpaid(count).payNo
const requestNo = (count: number) => sampleRefund(unpaid(1), count).outRequestNo

/** A payment whose money came at this time. */
const paid = (count: number, paySuccessTime: EpochMs, receipt: ReceiptOutcome = 'booked') =>
  unpaid(count, sampleReceipt({ paySuccessTime, receipt }))

/** A refund of the first payment that ended, or not, at this time. */
const refunded = (count: number, at: EpochMs, status: RefundStatus = 'succeeded'): Refund =>
  sampleRefund(unpaid(1), count, { createDate: from - 500, status, finishDate: status === 'pending' ? null : at })

const store = (
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
    const largest = { ...paid(1, from + 1), totalPrice: MAX_AMOUNT_FEN }
    await store(harness, [largest], [], MAX_AMOUNT_FEN)
    const { totalPrice, outPayNo, status } = largest
    const entries = [{ payNo: number(1), totalPrice, status, outPayNo, paySuccessTime: from + 1 }]
    equal((await harness.store.ledger.paidWithin(span, firstPage)).entries, entries)
    equal(await harness.store.ledger.paymentsOf([number(1)]), entries)
  },

  'lists money by its time, whatever became of it, and no payment without money': async (harness) => {
    const back = { ...paid(3, from + 2, 'late'), status: PayStatus.refunded }
    const without = [unpaid(4), unpaid(5, { status: PayStatus.closed })]
    await store(harness, [paid(1, from + 3, 'surplus'), paid(2, from + 1, 'held'), back, ...without])
    equal(await paidNumbers(harness), [2, 3, 1].map(number))
  },

  'begins with the first moment of the span and ends before the last': async (harness) => {
    const moments = [from - 1, from, to - 1, to]
    const payments = moments.map((at, index) => paid(index + 1, at))
    const refunds = moments.map((at, index) => refunded(index + 1, at))
    await store(harness, payments, refunds)
    equal(await paidNumbers(harness), [2, 3].map(number))
    equal(await refundNumbers(harness), [2, 3].map(requestNo))
  },

  'hands out payments page by page, each once, also those of one moment': async (harness) => {
    const payments = [1, 2, 3, 4, 5, 6].map((count) => paid(count, count === 6 ? from + 9 : from))
    await store(harness, payments)
    const all = (await readAll((page) => harness.store.ledger.paidWithin(span, page))).map(({ payNo }) => payNo)
    equal(all, [1, 2, 3, 4, 5, 6].map(number))
  },

  'lists refunds that succeeded as they were, and no others': async (harness) => {
    const largest = { ...refunded(1, from + 1), amount: MAX_AMOUNT_FEN }
    await store(harness, [paid(1, from)], [largest, refunded(2, from + 2, 'failed'), refunded(3, from + 3, 'pending')])
    const { payNo, outRequestNo, amount, status, createDate, finishDate } = largest
    const entries = [{ payNo, outRequestNo, amount, status, createDate, finishDate }]
    equal((await harness.store.ledger.refundedWithin(span, firstPage)).entries, entries)
  },

  'hands out refunds of one moment page by page, each once': async (harness) => {
    const refunds = [1, 2, 3, 4, 5].map((count) => refunded(count, from + 7))
    await store(harness, [paid(1, from)], refunds)
    const all = await readAll((page) => harness.store.ledger.refundedWithin(span, page))
    equal(
      all.map(({ outRequestNo }) => outRequestNo),
      [1, 2, 3, 4, 5].map(requestNo),
    )
  },

  'finds payments by their numbers in any state, each once, and leaves out what is not ours': async (harness) => {
    await store(harness, [paid(1, from), unpaid(2), unpaid(3), unpaid(250)])
    const numbers = Array.from({ length: 250 }, (_, index) => number(index + 1)).filter((each) => each !== number(3))
    equal(await harness.store.ledger.paymentsOf([]), [], 'what is found when nothing is asked for')
    const found = await harness.store.ledger.paymentsOf([...numbers, number(1), payNo(sampleId(99))])
    const states = found.map(({ payNo: each, status, paySuccessTime }) => `${each} ${status} ${paySuccessTime}`)
    equal(states.sort(), [
      `${number(1)} ${PayStatus.paid} ${from}`,
      `${number(2)} ${PayStatus.unpaid} null`,
      `${number(250)} ${PayStatus.unpaid} null`,
    ])
  },

  'finds every refund of the given payments, in any state': async (harness) => {
    const own = [refunded(1, from + 1), refunded(2, from + 2, 'failed'), refunded(3, from + 3, 'pending')]
    await store(harness, [paid(1, from), paid(2, from)], [...own, sampleRefund(unpaid(2), 4)])
    equal(await harness.store.ledger.refundsOf([]), [], 'what is found when nothing is asked for')
    const found = await harness.store.ledger.refundsOf([number(1), number(3)])
    const states = found.map(({ payNo: of, outRequestNo, status }) => `${of} ${outRequestNo} ${status}`).sort()
    equal(
      states,
      own.map(({ outRequestNo, status }) => `${number(1)} ${outRequestNo} ${status}`),
    )
  },

  ...storeClauses<OrderStoreHarness>({
    calls: ({ store: { ledger } }) => [
      ledger.paidWithin(span, firstPage),
      ledger.refundedWithin(span, firstPage),
      ledger.paymentsOf([number(1)]),
      ledger.refundsOf([number(1)]),
    ],
    write: (harness) => store(harness, [paid(1, from)], [refunded(1, from)]),
    read: async ({ store: { ledger } }) => [
      await ledger.paidWithin(span, firstPage),
      await ledger.refundsOf([number(1)]),
    ],
  }),
})
