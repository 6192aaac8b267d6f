import { describe, expect, it } from 'vitest'
import { HOUR, openLedger } from '../../../../test/ledger.js'
import { operator } from '../../../../test/shop.js'
import { sampleReceipt } from '../../../../testing/contracts/index.js'
import { inMemoryBillSource } from '../../../../testing/fakes/index.js'
import { fen, type LatePaymentPolicy, OrderStatus, type Payment, PayStatus } from '../../../index.js'
import { beijingDayOf, spanOfDay } from '../../../ports.js'
import type { BillReport } from '../../../reconciliation.js'
import { reconcileBill } from './reconcile-bill.js'

const differenceKindsOf = (report: BillReport) => report.differences.map((difference) => difference.kind)

describe('a day is reconciled with its bill', () => {
  it('the bill books a payment whose notification was lost, through the gate, with its line in the journal', async () => {
    const { shop, day, payUnheard, report, stateOf, journalOf } = await openLedger()
    const payment = await shop.order()
    await payUnheard(payment)
    const found = await report()
    expect(found).toEqual({
      day,
      billTotals: { payments: { count: 1, sum: 9_900 }, refunds: { count: 0, sum: 0 }, serviceFee: 0 },
      ledgerTotals: { payments: { count: 1, sum: 9_900 }, refunds: { count: 0, sum: 0 } },
      foreign: { payments: { count: 0, sum: 0 }, refunds: { count: 0, sum: 0 } },
      repaired: [{ outTradeNo: payment.payNo, amount: 9_900, verdict: 'booked' }],
      differences: [],
      carriedOver: [],
    })
    expect(await stateOf(payment)).toEqual({ order: OrderStatus.paid, receipt: 'booked' })
    const [entry, ...others] = await journalOf(payment)
    expect(others).toEqual([])
    expect(entry).toMatchObject({ source: 'bill', verdict: 'booked' })
    expect(new TextDecoder().decode(entry?.body)).toBe(`payment ${payment.payNo} 9900`)
    expect(await shop.orderStore.outbox.backlog()).toMatchObject({ waiting: 1 })
  })

  it('a second import changes nothing: no booking, no message, no line in the journal', async () => {
    const { shop, payUnheard, report, journalOf } = await openLedger()
    const payment = await shop.order()
    await payUnheard(payment)
    await report()
    const before = await journalOf(payment)
    const second = await report()
    expect(second.repaired).toEqual([])
    expect(second.differences).toEqual([])
    expect(await journalOf(payment)).toEqual(before)
    expect(await shop.orderStore.outbox.backlog()).toMatchObject({ waiting: 1 })
  })

  it('two imports at once send one message', async () => {
    const { shop, payUnheard, report } = await openLedger()
    await payUnheard(await shop.order())
    const reports = await Promise.all([report(), report()])
    expect(reports.flatMap(({ differences }) => differences)).toEqual([])
    expect(await shop.orderStore.outbox.backlog()).toMatchObject({ waiting: 1 })
  })

  it.each<[LatePaymentPolicy, string, string]>([
    ['fulfil', OrderStatus.paid, 'booked'],
    ['refund', OrderStatus.closed, 'late'],
    ['hold', OrderStatus.closed, 'held'],
  ])(
    'money that came after the order was closed follows the policy %s: the order is %s, the money %s',
    async (...row) => {
      const [policy, order, receipt] = row
      const { shop, payUnheard, report, stateOf } = await openLedger(policy)
      const payment = await shop.order()
      await payUnheard(payment)
      shop.gateway.answer('no_trade')
      await shop.service.closeOrder(payment.orderId, operator)
      shop.gateway.answer('clear')
      expect(await report()).toMatchObject({ repaired: [{ verdict: receipt }], differences: [] })
      expect(await stateOf(payment)).toEqual({ order, receipt })
    },
  )

  it('the second of two paid payments is surplus, and its refund is opened', async () => {
    const { shop, payUnheard, report } = await openLedger()
    const first = await shop.order()
    const second = await shop.orderAgain(first)
    await payUnheard(first)
    await payUnheard(second)
    const { repaired, differences } = await report()
    expect(repaired.map(({ verdict }) => verdict)).toEqual(['booked', 'surplus'])
    expect(differences).toEqual([])
    expect(await shop.refundsOf(second)).toMatchObject([{ cause: 'surplus' }])
  })

  it('a line of another amount is neither booked nor journalled nor repaired', async () => {
    const { shop, bills, report, stateOf, journalOf } = await openLedger()
    const payment = await shop.order()
    bills.pay({ outTradeNo: payment.payNo, amount: fen(1), bookedAt: shop.clock.now() })
    expect(differenceKindsOf(await report())).toEqual(['amount_differs'])
    expect(await stateOf(payment)).toEqual({ order: OrderStatus.unpaid, receipt: null })
    expect(await journalOf(payment)).toEqual([])
  })

  it('a payment that was refunded there on the same day is left to an operator', async () => {
    const { shop, bills, payUnheard, report, stateOf } = await openLedger()
    const payment = await shop.order()
    await payUnheard(payment)
    const refund = { outTradeNo: payment.payNo, outRequestNo: 'by hand', amount: payment.totalPrice }
    bills.refund({ ...refund, bookedAt: shop.clock.now() })
    shop.gateway.answer('unknown')
    expect(differenceKindsOf(await report())).toEqual(['paid_there_unpaid_here', 'refunded_there_unknown_here'])
    expect(await stateOf(payment)).toEqual({ order: OrderStatus.unpaid, receipt: null })
  })

  it('a refund that was made in the console is booked once a query confirms it', async () => {
    const { shop, bills, report } = await openLedger()
    const payment = await shop.buy()
    bills.pay({ outTradeNo: payment.payNo, amount: payment.totalPrice, bookedAt: shop.clock.now() })
    shop.gateway.console.refund(payment.payNo, fen(4_000), 'by-hand')
    const line = { outTradeNo: payment.payNo, outRequestNo: 'by-hand', amount: fen(4_000) }
    bills.refund({ ...line, bookedAt: shop.clock.now() })
    expect((await report()).differences).toEqual([])
    expect(await shop.refundsOf(payment)).toMatchObject([{ cause: 'external', amount: 4_000, status: 'succeeded' }])
  })

  it('what was left of a closed trade is counted once, though the bill names it by another number', async () => {
    const { shop, bills, report } = await openLedger()
    const payment = await shop.buy()
    bills.pay({ outTradeNo: payment.payNo, amount: payment.totalPrice, bookedAt: shop.clock.now() })
    await shop.callbacks.receiveNotify(shop.gateway.console.refund(payment.payNo, payment.totalPrice))
    const line = { outTradeNo: payment.payNo, outRequestNo: 'by-hand', amount: payment.totalPrice }
    bills.refund({ ...line, bookedAt: shop.clock.now() })
    const { differences, ledgerTotals, billTotals } = await report()
    expect(differences).toEqual([])
    expect(ledgerTotals.refunds).toEqual({ count: 1, sum: 9_900 })
    expect(ledgerTotals).toEqual({ payments: billTotals.payments, refunds: billTotals.refunds })
  })

  it('a refund in the bill that the gateway does not confirm stays a difference', async () => {
    const { shop, bills, report } = await openLedger()
    const payment = await shop.buy()
    bills.pay({ outTradeNo: payment.payNo, amount: payment.totalPrice, bookedAt: shop.clock.now() })
    const line = { outTradeNo: payment.payNo, outRequestNo: 'unknown', amount: fen(4_000) }
    bills.refund({ ...line, bookedAt: shop.clock.now() })
    expect(differenceKindsOf(await report())).toEqual(['refunded_there_unknown_here'])
    expect(await shop.refundsOf(payment)).toEqual([])
  })

  it('a payment that is booked here and not in the bill is missing there', async () => {
    const { shop, report } = await openLedger()
    const payment = await shop.order()
    await shop.pay(payment)
    await shop.notify(payment)
    expect(await report()).toMatchObject({
      differences: [
        { kind: 'paid_here_missing_there', outTradeNo: payment.payNo, ledgerAmount: 9_900, billAmount: null },
      ],
      ledgerTotals: { payments: { count: 1, sum: 9_900 } },
      billTotals: { payments: { count: 0, sum: 0 } },
    })
  })

  it('a line that stands twice is booked once, and the second one is reported', async () => {
    const { bills, shop, payUnheard, report, journalOf } = await openLedger()
    const payment = await shop.order()
    await payUnheard(payment)
    bills.pay({ outTradeNo: payment.payNo, amount: payment.totalPrice, bookedAt: shop.clock.now() })
    const found = await report()
    expect(found.repaired).toMatchObject([{ verdict: 'booked' }])
    expect(differenceKindsOf(found)).toEqual(['paid_there_twice'])
    expect(await journalOf(payment)).toHaveLength(1)
  })

  it('a line that the gate refuses is not called repaired, and stays a difference', async () => {
    const { shop, day, clock, bills, payUnheard } = await openLedger()
    await payUnheard(await shop.order())
    const parts = { bills: bills.source, store: shop.orderStore, clock, gateway: shop.gateway.gateway }
    const refuse = async () => ({ accepted: false, verdict: 'foreign_app' })
    const answer = await reconcileBill(parts, refuse, async () => 'done')(day)
    expect(answer).toMatchObject({ report: { repaired: [], differences: [{ kind: 'paid_there_unpaid_here' }] } })
  })

  it('every one of pages of payments that the bill does not have is missing there', async () => {
    const { shop, report } = await openLedger()
    bookMany(shop, await shop.order(), 1_001)
    expect((await report()).differences).toHaveLength(1_001)
  })

  it('each of pages of payments is compared once', async () => {
    const { shop, day, bills, report } = await openLedger()
    for (const [index, { payNo, totalPrice }] of bookMany(shop, await shop.order(), 2_100).entries()) {
      bills.pay({ outTradeNo: payNo, amount: totalPrice, bookedAt: spanOfDay(day).from + index })
    }
    const sides = { payments: { count: 2_100, sum: 2_100 * 9_900 } }
    expect(await report()).toMatchObject({ differences: [], carriedOver: [], billTotals: sides, ledgerTotals: sides })
  })
})

/** Writes so many paid payments into the store, beside its ports. */
function bookMany(shop: Awaited<ReturnType<typeof openLedger>>['shop'], like: Payment, count: number): Payment[] {
  const { orders } = shop.orderStore.rows
  const payments = Array.from({ length: count }, (_, index): Payment => {
    const payNo = String(8_000_000_000_000_000_000n + BigInt(index)) as Payment['payNo']
    return { ...like, payNo, ...sampleReceipt({ paySuccessTime: shop.clock.now(), status: PayStatus.paid }) }
  })
  const order = orders.get(like.orderId)
  if (order !== undefined) orders.set(order.id, { ...order, payments })
  return payments
}

describe('when there is no bill', () => {
  it('a day whose bill is not made yet is reported as such, and nothing changes', async () => {
    const { day, clock, reconcile, bills } = await openLedger()
    clock.set(spanOfDay(day).to - 1)
    expect(await reconcile(day)).toEqual({ kind: 'no_bill_yet' })
    bills.answer('unreachable')
    await expect(reconcile(day)).rejects.toMatchObject({ code: 'gateway_unknown' })
  })

  it('a day without a bill long after is one without trades, and what we have is missing there', async () => {
    const { shop, day, clock, reconcilerOf } = await openLedger()
    const payment = await shop.order()
    await shop.pay(payment)
    await shop.notify(payment)
    const reconcile = reconcilerOf({ billOf: async () => ({ kind: 'absent' }) })
    expect(await reconcile(day)).toEqual({ kind: 'no_bill_yet' })
    clock.set(spanOfDay(day).to + 12 * HOUR)
    const none = { payments: { count: 0, sum: 0 }, refunds: { count: 0, sum: 0 } }
    expect(await reconcile(day)).toMatchObject({
      report: {
        ...{ billTotals: { ...none, serviceFee: 0 }, foreign: none, carriedOver: [], repaired: [] },
        differences: [{ kind: 'paid_here_missing_there' }],
      },
    })
  })

  it('the bill of another account is refused before anything is compared', async () => {
    const { shop, day, clock, payUnheard, reconcilerOf } = await openLedger()
    const payment = await shop.order()
    await payUnheard(payment)
    const bills = inMemoryBillSource({ clock, sellerId: '2088999999999999' })
    bills.pay({ outTradeNo: payment.payNo, amount: payment.totalPrice, bookedAt: shop.clock.now() })
    const reconcile = reconcilerOf(bills.source)
    await expect(reconcile(day)).rejects.toMatchObject({
      code: 'gateway_refused',
      message: 'The bill belongs to another Alipay account. Check ALIPAY_APP_ID and ALIPAY_SELLER_ID.',
    })
    const nameless = inMemoryBillSource({ clock })
    expect(await reconcilerOf(nameless.source)(day)).toMatchObject({ kind: 'report' })
  })
})

describe('around midnight', () => {
  it('a payment that the gateway books a second later, on the next day, is found there', async () => {
    const { shop, day, clock, bills, report } = await openLedger()
    shop.clock.set(spanOfDay(day).to - 500)
    const payment = await shop.order()
    await shop.pay(payment)
    await shop.notify(payment)
    bills.pay({ outTradeNo: payment.payNo, amount: payment.totalPrice, bookedAt: spanOfDay(day).to + 500 })
    expect(await report()).toMatchObject({ differences: [], carriedOver: [{ outTradeNo: payment.payNo }] })
    clock.advance(24 * HOUR)
    expect(await report()).toMatchObject({ differences: [], carriedOver: [] })
  })

  it('a payment that was carried over and is in neither bill is missing the next day', async () => {
    const { shop, day, clock, report, reconcile } = await openLedger()
    shop.clock.set(spanOfDay(day).to - 500)
    const payment = await shop.order()
    await shop.pay(payment)
    await shop.notify(payment)
    expect(await report()).toMatchObject({ differences: [], carriedOver: [{ outTradeNo: payment.payNo }] })
    clock.advance(24 * HOUR)
    expect(await reconcile(beijingDayOf(spanOfDay(day).to))).toMatchObject({
      report: {
        differences: [{ kind: 'paid_here_missing_there', outTradeNo: payment.payNo }],
        ledgerTotals: { payments: { count: 0, sum: 0 } },
      },
    })
  })
})
