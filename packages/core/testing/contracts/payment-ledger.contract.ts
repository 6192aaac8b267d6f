import type { Order } from '../../src/orders/domain/order.js'
import type { Receipt } from '../../src/orders/domain/pay-record.js'
import type { RefundStatus } from '../../src/orders/domain/refund.js'
import type { OrderStores } from '../../src/orders/ports/order-stores.js'
import type { LedgerPage, LedgerPageRequest, LedgerPosition, PaymentLedger } from '../../src/orders/ports/payment-ledger.js'
import { payNo } from '../../src/shared/identifiers.js'
import { LARGEST_AMOUNT } from '../../src/shared/money.js'
import type { EpochMs } from '../../src/shared/ports/clock.js'
import { PayStatus } from '../../src/shared/status-codes.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { SAMPLE_TIME, sampleId, sampleOrder, samplePayment, samplePayRecord, sampleRefund } from './sample-data.js'
import { keepsSecrets, rolledBack, type StoreHarness, tamper, unavailable } from './store-harness.js'

/** The stores that are written, and the ledger that reads them. */
export interface PaymentLedgerHarness extends StoreHarness<OrderStores> {
  readonly ledger: PaymentLedger
}

const order = sampleOrder()
const from = SAMPLE_TIME
const to = SAMPLE_TIME + 1_000
const span = { from, to }
const firstPage = { limit: 100, after: null }
const number = (count: number) => samplePayRecord(order, count).payNo
const requestNo = (count: number) => sampleRefund(samplePayRecord(order), count).outRequestNo

async function withOrder({ stores }: StoreHarness<OrderStores>, stored: Order = order) {
  await stores.orders.insertOrRead(stored)
  return stores
}

/** An attempt whose money came at this time. */
async function paid(harness: StoreHarness<OrderStores>, count: number, at: EpochMs, receipt: Receipt = 'booked') {
  const { payRecords } = harness.stores
  await payRecords.insert(samplePayRecord(order, count))
  const payment = samplePayment({ paySuccessTime: at, receipt })
  await payRecords.change(number(count), { from: PayStatus.unpaid, to: PayStatus.paid, payment })
}

/** A refund of the first attempt that ended, or not, at this time. */
async function refunded(
  harness: StoreHarness<OrderStores>,
  count: number,
  at: EpochMs,
  status: RefundStatus = 'succeeded',
) {
  const refund = sampleRefund(samplePayRecord(order, 1), count, { createDate: from - 500 })
  await harness.stores.refunds.open(refund)
  if (status !== 'pending') await harness.stores.refunds.finish(refund.id, status, at)
}

/** Reads a list to its end, in pages of two. */
async function readAll<Entry>(read: (page: LedgerPageRequest) => Promise<LedgerPage<Entry>>): Promise<Entry[]> {
  const all: Entry[] = []
  let after: LedgerPosition | null = null
  for (let pages = 0; pages < 20; pages += 1) {
    const { entries, next }: LedgerPage<Entry> = await read({ limit: 2, after })
    ensure(entries.length <= 2, 'A page holds no more than it was asked for.')
    all.push(...entries)
    if (next === null) return all
    after = next
  }
  throw new Error('The list has no end.')
}

const paidNumbers = async ({ ledger }: PaymentLedgerHarness) =>
  (await ledger.paidWithin(span, firstPage)).entries.map((payment) => payment.payNo)

const refundNumbers = async ({ ledger }: PaymentLedgerHarness) =>
  (await ledger.refundedWithin(span, firstPage)).entries.map((refund) => refund.outRequestNo)

const everyCall = ({ ledger }: PaymentLedgerHarness) => [
  ledger.paidWithin(span, firstPage),
  ledger.refundedWithin(span, firstPage),
  ledger.paymentsOf([number(1)]),
  ledger.refundsOf([number(1)]),
]

export const paymentLedgerContract = defineContract<PaymentLedgerHarness>()('PaymentLedger', {
  'lists a payment as it stands in the books': async (harness) => {
    await withOrder(harness)
    await paid(harness, 1, from + 1)
    const { totalPrice } = samplePayRecord(order)
    const { outPayNo } = samplePayment()
    equal((await harness.ledger.paidWithin(span, firstPage)).entries, [
      { payNo: number(1), totalPrice, status: PayStatus.paid, outPayNo, paySuccessTime: from + 1 },
    ])
  },

  'lists payments by the time of their money, the earliest first': async (harness) => {
    await withOrder(harness)
    for (const [count, at] of [
      [1, from + 3],
      [2, from + 1],
      [3, from + 2],
    ] as const) {
      await paid(harness, count, at)
    }
    equal(await paidNumbers(harness), [number(2), number(3), number(1)])
  },

  'begins with the first moment of the span and ends before the last': async (harness) => {
    await withOrder(harness)
    await paid(harness, 1, from - 1)
    await paid(harness, 2, from)
    await paid(harness, 3, to - 1)
    await paid(harness, 4, to)
    for (const [count, at] of [from - 1, from, to - 1, to].entries()) await refunded(harness, count + 1, at)
    equal(await paidNumbers(harness), [number(2), number(3)])
    equal(await refundNumbers(harness), [requestNo(2), requestNo(3)])
  },

  'lists money whatever became of it': async (harness) => {
    const { payRecords } = await withOrder(harness)
    await paid(harness, 1, from + 1, 'surplus')
    await paid(harness, 2, from + 2, 'held')
    await paid(harness, 3, from + 3, 'late')
    await payRecords.change(number(3), { from: PayStatus.paid, to: PayStatus.refunded })
    equal(await paidNumbers(harness), [number(1), number(2), number(3)])
  },

  'leaves out attempts without money': async (harness) => {
    const { payRecords } = await withOrder(harness)
    await payRecords.insert(samplePayRecord(order, 1))
    await payRecords.insert(samplePayRecord(order, 2))
    await payRecords.change(number(2), { from: PayStatus.unpaid, to: PayStatus.closed })
    equal(await paidNumbers(harness), [])
  },

  'hands out payments page by page, each once': async (harness) => {
    await withOrder(harness)
    for (const count of [1, 2, 3, 4, 5]) await paid(harness, count, from + count)
    const all = await readAll((page) => harness.ledger.paidWithin(span, page))
    equal(
      all.map((payment) => payment.payNo),
      [1, 2, 3, 4, 5].map(number),
    )
  },

  'hands out payments of one moment page by page, each once': async (harness) => {
    await withOrder(harness)
    for (const count of [1, 2, 3, 4, 5]) await paid(harness, count, from)
    const all = await readAll((page) => harness.ledger.paidWithin(span, page))
    equal(
      all.map((payment) => payment.payNo),
      [1, 2, 3, 4, 5].map(number),
    )
  },

  'lists refunds that succeeded, and no others': async (harness) => {
    await withOrder(harness)
    await paid(harness, 1, from)
    await refunded(harness, 1, from + 1)
    await refunded(harness, 2, from + 2, 'failed')
    await refunded(harness, 3, from + 3, 'pending')
    const { amount } = sampleRefund(samplePayRecord(order))
    equal((await harness.ledger.refundedWithin(span, firstPage)).entries, [
      {
        payNo: number(1),
        outRequestNo: requestNo(1),
        amount,
        status: 'succeeded',
        createDate: from - 500,
        finishDate: from + 1,
      },
    ])
  },

  'hands out refunds of one moment page by page, each once': async (harness) => {
    await withOrder(harness)
    await paid(harness, 1, from)
    for (const count of [1, 2, 3, 4, 5]) await refunded(harness, count, from + 7)
    const all = await readAll((page) => harness.ledger.refundedWithin(span, page))
    equal(
      all.map((refund) => refund.outRequestNo),
      [1, 2, 3, 4, 5].map(requestNo),
    )
  },

  'finds attempts by their numbers in any state, and leaves out what is not ours': async (harness) => {
    const { payRecords } = await withOrder(harness)
    await paid(harness, 1, from)
    await payRecords.insert(samplePayRecord(order, 2))
    await payRecords.insert(samplePayRecord(order, 3))
    const found = await harness.ledger.paymentsOf([number(1), number(2), payNo(sampleId(99))])
    const byNumber = [...found].sort((one, other) => (one.payNo < other.payNo ? -1 : 1))
    equal(
      byNumber.map(({ payNo, status, paySuccessTime }) => [payNo, status, paySuccessTime]),
      [
        [number(1), PayStatus.paid, from],
        [number(2), PayStatus.unpaid, null],
      ],
    )
  },

  'finds hundreds of attempts in one call, each once': async (harness) => {
    const { payRecords } = await withOrder(harness)
    for (const count of [1, 100, 101, 250]) await payRecords.insert(samplePayRecord(order, count))
    const numbers = Array.from({ length: 250 }, (_, index) => number(index + 1))
    const found = await harness.ledger.paymentsOf([...numbers, number(1)])
    equal(found.map((payment) => payment.payNo).sort(), [number(1), number(100), number(101), number(250)])
  },

  'finds nothing when nothing is asked for': async (harness) => {
    await withOrder(harness)
    await paid(harness, 1, from)
    equal(await harness.ledger.paymentsOf([]), [])
    equal(await harness.ledger.refundsOf([]), [])
  },

  'finds every refund of the given attempts, in any state': async (harness) => {
    const { refunds } = await withOrder(harness)
    await paid(harness, 1, from)
    await paid(harness, 2, from)
    await refunded(harness, 1, from + 1)
    await refunded(harness, 2, from + 2, 'failed')
    await refunded(harness, 3, from + 3, 'pending')
    await refunds.open(sampleRefund(samplePayRecord(order, 2), 4))
    const found = await harness.ledger.refundsOf([number(1), number(3)])
    const states = found.map(({ outRequestNo, status }) => `${outRequestNo} ${status}`).sort()
    equal(states, [`${requestNo(1)} succeeded`, `${requestNo(2)} failed`, `${requestNo(3)} pending`])
  },

  'keeps ids above 2^53 and amounts exact': async (harness) => {
    const dear = sampleOrder(1, { totalPrice: LARGEST_AMOUNT })
    const { payRecords, refunds } = await withOrder(harness, dear)
    const record = samplePayRecord(dear)
    await payRecords.insert(record)
    await refunds.open(sampleRefund(record, 1, { amount: LARGEST_AMOUNT }))
    const [payment] = await harness.ledger.paymentsOf([record.payNo])
    const [refund] = await harness.ledger.refundsOf([record.payNo])
    equal([payment?.payNo, payment?.totalPrice], [record.payNo, LARGEST_AMOUNT])
    equal([refund?.payNo, refund?.amount], [record.payNo, LARGEST_AMOUNT])
  },

  'sees only what is committed': async (harness) => {
    await withOrder(harness)
    await paid(harness, 1, from + 1)
    await rolledBack(harness, async ({ payRecords }) => {
      await payRecords.insert(samplePayRecord(order, 2))
      const payment = samplePayment({ paySuccessTime: from + 2 })
      await payRecords.change(number(2), { from: PayStatus.unpaid, to: PayStatus.paid, payment })
    })
    equal(await paidNumbers(harness), [number(1)])
  },

  'shares no object with its callers': async (harness) => {
    await withOrder(harness)
    await paid(harness, 1, from)
    const [payment] = (await harness.ledger.paidWithin(span, firstPage)).entries
    tamper(() => void Object.assign(payment ?? {}, { payNo: number(9) }))
    equal(await paidNumbers(harness), [number(1)])
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) => keepsSecrets(harness, () => everyCall(harness)),
})
