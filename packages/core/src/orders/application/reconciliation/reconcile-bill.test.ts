import { describe, expect, it } from 'vitest'
import { inMemoryBillSource, inMemoryPaymentLedger, sequentialIds } from '../../../../testing/fakes/index.js'
import {
  type BillReport,
  beijingDayOf,
  createReconciliation,
  fen,
  type LatePaymentPolicy,
  OrderStatus,
  type PayRecord,
  PayStatus,
  spanOfDay,
} from '../../../index.js'
import { HOUR, openLedgerSnapshot } from '../../../test/books.js'
import { type ReconciliationProgress, reconcileBill } from './reconcile-bill.js'

const kinds = (report: BillReport) => report.differences.map((difference) => difference.kind)

describe('a day is reconciled with its bill', () => {
  it('given a lost notification, then the bill books it through the gate, with its line in the journal', async () => {
    const { shop, day, payUnheard, report, stateOf, journalOf } = await openLedgerSnapshot()
    const attempt = await shop.order()
    await payUnheard(attempt)
    const found = await report()
    expect(found).toEqual({
      day,
      there: { payments: { count: 1, sum: 9_900 }, refunds: { count: 0, sum: 0 }, serviceFee: 0 },
      here: { payments: { count: 1, sum: 9_900 }, refunds: { count: 0, sum: 0 } },
      foreign: { payments: { count: 0, sum: 0 }, refunds: { count: 0, sum: 0 } },
      repaired: [{ outTradeNo: attempt.payNo, amount: 9_900, verdict: 'booked' }],
      differences: [],
      carriedOver: [],
    })
    expect(await stateOf(attempt)).toEqual({ order: OrderStatus.paid, receipt: 'booked' })
    const [entry, ...others] = await journalOf(attempt)
    expect(others).toEqual([])
    expect(entry).toMatchObject({ source: 'bill', verdict: 'booked' })
    expect(new TextDecoder().decode(entry?.body)).toBe(`payment ${attempt.payNo} 9900`)
    expect(await shop.orderTables.outboxInspection.backlog()).toMatchObject({ waiting: 1 })
  })

  it('given a second import, then nothing changes: no booking, no message, no line in the journal', async () => {
    const { shop, payUnheard, report, journalOf } = await openLedgerSnapshot()
    const attempt = await shop.order()
    await payUnheard(attempt)
    await report()
    const before = await journalOf(attempt)
    const second = await report()
    expect(second.repaired).toEqual([])
    expect(second.differences).toEqual([])
    expect(await journalOf(attempt)).toEqual(before)
    expect(await shop.orderTables.outboxInspection.backlog()).toMatchObject({ waiting: 1 })
  })

  it('given two imports at once, then one message', async () => {
    const { shop, payUnheard, report } = await openLedgerSnapshot()
    await payUnheard(await shop.order())
    const reports = await Promise.all([report(), report()])
    expect(reports.flatMap(({ differences }) => differences)).toEqual([])
    expect(await shop.orderTables.outboxInspection.backlog()).toMatchObject({ waiting: 1 })
  })

  it.each<[LatePaymentPolicy, string, string]>([
    ['fulfil', OrderStatus.paid, 'booked'],
    ['refund', OrderStatus.closed, 'late'],
    ['hold', OrderStatus.closed, 'held'],
  ])('given money that came after the order was closed and the policy %s, then it is %s and %s', async (...row) => {
    const [policy, order, receipt] = row
    const { shop, payUnheard, report, stateOf } = await openLedgerSnapshot(policy)
    const attempt = await shop.order()
    await payUnheard(attempt)
    const { orders, payRecords } = shop.orderTables.stores
    await orders.change(attempt.orderId, { from: OrderStatus.unpaid, to: OrderStatus.closed })
    await payRecords.change(attempt.payNo, { from: PayStatus.unpaid, to: PayStatus.closed })
    expect(await report()).toMatchObject({ repaired: [{ verdict: receipt }], differences: [] })
    expect(await stateOf(attempt)).toEqual({ order, receipt })
  })

  it('given a second attempt that was paid too, then it is surplus and its refund is opened', async () => {
    const { shop, payUnheard, report } = await openLedgerSnapshot()
    const [first, second] = [await shop.order(), await shop.order()]
    await payUnheard(first)
    await payUnheard(second)
    const { repaired, differences } = await report()
    expect(repaired.map(({ verdict }) => verdict)).toEqual(['booked', 'surplus'])
    expect(differences).toEqual([])
    expect(await shop.orderTables.stores.refunds.listOf(first.orderId)).toMatchObject([{ cause: 'surplus' }])
  })

  it('given an amount in the bill that is not ours, then nothing is booked, journalled or repaired', async () => {
    const { shop, bills, report, stateOf, journalOf } = await openLedgerSnapshot()
    const attempt = await shop.order()
    bills.pay({ outTradeNo: attempt.payNo, amount: fen(1), bookedAt: shop.clock.now() })
    expect(kinds(await report())).toEqual(['amount_differs'])
    expect(await stateOf(attempt)).toEqual({ order: OrderStatus.unpaid, receipt: null })
    expect(await journalOf(attempt)).toEqual([])
  })

  it('given a payment that was given back there on the same day, then it is left to an operator', async () => {
    const { shop, bills, payUnheard, report, stateOf, journalOf } = await openLedgerSnapshot()
    const attempt = await shop.order()
    await payUnheard(attempt)
    const refund = { outTradeNo: attempt.payNo, outRequestNo: 'by hand', amount: attempt.totalPrice }
    bills.refund({ ...refund, bookedAt: shop.clock.now() })
    expect(kinds(await report())).toEqual(['paid_there_unpaid_here', 'refunded_there_unknown_here'])
    expect(await stateOf(attempt)).toEqual({ order: OrderStatus.unpaid, receipt: null })
    expect(await journalOf(attempt)).toEqual([])
  })

  it('given a payment that is booked here and not in the bill, then it is missing there', async () => {
    const { shop, report } = await openLedgerSnapshot()
    const attempt = await shop.order()
    await shop.pay(attempt)
    await shop.notify(attempt)
    expect(await report()).toMatchObject({
      differences: [{ kind: 'paid_here_missing_there', outTradeNo: attempt.payNo, here: 9_900, there: null }],
      here: { payments: { count: 1, sum: 9_900 } },
      there: { payments: { count: 0, sum: 0 } },
    })
  })

  it('given a line that stands twice, then it is booked once, and the second one is told', async () => {
    const { bills, shop, payUnheard, report, journalOf } = await openLedgerSnapshot()
    const attempt = await shop.order()
    await payUnheard(attempt)
    bills.pay({ outTradeNo: attempt.payNo, amount: attempt.totalPrice, bookedAt: shop.clock.now() })
    const found = await report()
    expect(found.repaired).toMatchObject([{ verdict: 'booked' }])
    expect(kinds(found)).toEqual(['paid_there_twice'])
    expect(await journalOf(attempt)).toHaveLength(1)
  })

  it('given a gate that does not let the line pass, then it is not called repaired, and stays a difference', async () => {
    const { shop, day, clock, bills, payUnheard } = await openLedgerSnapshot()
    await payUnheard(await shop.order())
    const ledger = inMemoryPaymentLedger(shop.orderTables.session)
    const parts = { bills: bills.source, ledger, clock, gateway: shop.gateway.gateway }
    const answer = await reconcileBill(parts, async () => ({ accepted: false, verdict: 'foreign_app' }))(day)
    expect(answer).toMatchObject({ report: { repaired: [], differences: [{ kind: 'paid_there_unpaid_here' }] } })
  })

  it('given pages of payments that the bill does not have, then every one of them is missing there', async () => {
    const { shop, report } = await openLedgerSnapshot()
    const attempt = await shop.order()
    const paySuccessTime = shop.clock.now()
    const { payRecords } = shop.orderTables.stores
    const payment = { outPayNo: 'T', outPayChannel: 'Alipay', paySuccessTime, receipt: 'booked' } as const
    for (let count = 0; count < 1_001; count += 1) {
      const payNo = String(8_000_000_000_000_000_000n + BigInt(count)) as PayRecord['payNo']
      await payRecords.insert({ ...attempt, payNo, token: `token-of-attempt-${count}` as PayRecord['token'] })
      await payRecords.change(payNo, { from: PayStatus.unpaid, to: PayStatus.paid, payment })
    }
    expect((await report()).differences).toHaveLength(1_001)
  })

  it('given more than one page of payments, then each is compared once', async () => {
    const { shop, day, bills, report } = await openLedgerSnapshot()
    const attempt = await shop.order()
    const { payRecords } = shop.orderTables.stores
    const payment = {
      outPayNo: 'T',
      outPayChannel: 'Alipay',
      paySuccessTime: shop.clock.now(),
      receipt: 'booked',
    } as const
    for (let count = 0; count < 2_100; count += 1) {
      const payNo = String(8_000_000_000_000_000_000n + BigInt(count)) as PayRecord['payNo']
      await payRecords.insert({ ...attempt, payNo, token: `token-of-attempt-${count}` as PayRecord['token'] })
      await payRecords.change(payNo, { from: PayStatus.unpaid, to: PayStatus.paid, payment })
      bills.pay({ outTradeNo: payNo, amount: attempt.totalPrice, bookedAt: spanOfDay(day).from + count })
    }
    const sides = { payments: { count: 2_100, sum: 2_100 * 9_900 } }
    expect(await report()).toMatchObject({ differences: [], carriedOver: [], there: sides, here: sides })
  })
})

describe('when there is no bill', () => {
  it('given a day whose bill is not made yet, then it says so and changes nothing', async () => {
    const { day, clock, reconcile, bills } = await openLedgerSnapshot()
    clock.set(spanOfDay(day).to - 1)
    expect(await reconcile(day)).toEqual({ kind: 'no_bill_yet' })
    bills.answer('unreachable')
    await expect(reconcile(day)).rejects.toMatchObject({ code: 'gateway_unknown' })
  })

  it('given none long after the day, then it was a day without trades, and what we have is missing there', async () => {
    const { shop, day, clock } = await openLedgerSnapshot()
    const attempt = await shop.order()
    await shop.pay(attempt)
    await shop.notify(attempt)
    const { session, unitOfWork } = shop.orderTables
    const absent = { billOf: async () => ({ kind: 'absent' }) as const }
    const parts = { bills: absent, ledger: inMemoryPaymentLedger(session), clock, unitOfWork, ids: sequentialIds() }
    const reconcile = createReconciliation({
      ...parts,
      gateway: shop.gateway.gateway,
      settings: { latePolicy: 'refund' },
    })
    expect(await reconcile(day)).toEqual({ kind: 'no_bill_yet' })
    clock.set(spanOfDay(day).to + 12 * HOUR)
    expect(await reconcile(day)).toMatchObject({ report: { differences: [{ kind: 'paid_here_missing_there' }] } })
  })

  it('given the bill of another account, then it is refused before anything is compared', async () => {
    const { shop, day, clock, payUnheard } = await openLedgerSnapshot()
    const attempt = await shop.order()
    await payUnheard(attempt)
    const { session, unitOfWork } = shop.orderTables
    const bills = inMemoryBillSource({ clock, sellerId: '2088999999999999' })
    bills.pay({ outTradeNo: attempt.payNo, amount: attempt.totalPrice, bookedAt: shop.clock.now() })
    const parts = {
      bills: bills.source,
      ledger: inMemoryPaymentLedger(session),
      clock,
      unitOfWork,
      ids: sequentialIds(),
    }
    const reconcile = createReconciliation({
      ...parts,
      gateway: shop.gateway.gateway,
      settings: { latePolicy: 'refund' },
    })
    await expect(reconcile(day)).rejects.toMatchObject({ code: 'gateway_refused' })
  })
})

describe('around midnight', () => {
  it('given a payment that the gateway books a second later, on the next day, then it is found there', async () => {
    const { shop, day, clock, bills, report } = await openLedgerSnapshot()
    shop.clock.set(spanOfDay(day).to - 500)
    const attempt = await shop.order()
    await shop.pay(attempt)
    await shop.notify(attempt)
    bills.pay({ outTradeNo: attempt.payNo, amount: attempt.totalPrice, bookedAt: spanOfDay(day).to + 500 })
    expect(await report()).toMatchObject({ differences: [], carriedOver: [{ outTradeNo: attempt.payNo }] })
    clock.advance(24 * HOUR)
    expect(await report()).toMatchObject({ differences: [], carriedOver: [] })
  })

  it('given a payment that was carried over and is in neither bill, then the next day finds it missing', async () => {
    const { shop, day, clock, report, reconcile } = await openLedgerSnapshot()
    shop.clock.set(spanOfDay(day).to - 500)
    const attempt = await shop.order()
    await shop.pay(attempt)
    await shop.notify(attempt)
    expect(await report()).toMatchObject({ differences: [], carriedOver: [{ outTradeNo: attempt.payNo }] })
    clock.advance(24 * HOUR)
    expect(await reconcile(beijingDayOf(spanOfDay(day).to))).toMatchObject({
      report: {
        differences: [{ kind: 'paid_here_missing_there', outTradeNo: attempt.payNo }],
        here: { payments: { count: 0, sum: 0 } },
      },
    })
  })
})

it('tells whoever watches how far it is', async () => {
  const { shop, day, reconcile, payUnheard } = await openLedgerSnapshot()
  await payUnheard(await shop.order())
  const progress: ReconciliationProgress[] = []
  await reconcile(day, (step) => void progress.push(step))
  expect(progress).toEqual([
    { step: 'bill_read', day, rows: 1 },
    { step: 'books_read', entries: 0 },
    { step: 'books_read', entries: 0 },
    { step: 'repaired', done: 1, of: 1 },
  ])
})
