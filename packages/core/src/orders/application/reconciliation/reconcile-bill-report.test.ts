import { expect, it } from 'vitest'
import { openLedger } from '../../../../test/ledger.js'
import type { ReconciliationProgress } from './reconcile-bill.js'

it('a bill without a difference is read once, and so is the ledger', async () => {
  const { shop, day, reconcile, bills } = await openLedger()
  const { payNo, totalPrice } = await shop.buy()
  bills.pay({ outTradeNo: payNo, amount: totalPrice, bookedAt: shop.clock.now() })
  const progress: ReconciliationProgress[] = []
  await reconcile(day, (step) => void progress.push(step))
  expect(progress.map(({ step }) => step)).toEqual(['bill_read', 'ledger_read', 'ledger_read'])
})

it('the lines of another shop are counted apart, and every fee of ours is added', async () => {
  const { shop, bills, report } = await openLedger()
  const payment = await shop.buy()
  const bookedAt = shop.clock.now()
  const line = { amount: payment.totalPrice, bookedAt, tradeNo: 'T', body: new Uint8Array() }
  const fees = [-59, -1].entries()
  for (const [index, serviceFee] of fees) {
    bills.add({ ...line, kind: 'payment', outTradeNo: index === 0 ? payment.payNo : '7000000000000000001', serviceFee })
  }
  bills.add({ ...line, kind: 'payment', outTradeNo: 'another-shop-1', serviceFee: -7 })
  expect(await report()).toMatchObject({
    billTotals: { payments: { count: 2, sum: 19_800 }, serviceFee: -60 },
    foreign: { payments: { count: 1, sum: 9_900 } },
  })
})

it('a reconciliation reports its progress', async () => {
  const { shop, day, reconcile, payUnheard } = await openLedger()
  await payUnheard(await shop.order())
  const progress: ReconciliationProgress[] = []
  await reconcile(day, (step) => void progress.push(step))
  expect(progress).toEqual([
    { step: 'bill_read', day, rows: 1 },
    { step: 'ledger_read', entries: 0 },
    { step: 'ledger_read', entries: 0 },
    { step: 'repaired', done: 1, of: 1 },
    { step: 'ledger_read', entries: 1 },
    { step: 'ledger_read', entries: 1 },
  ])
})
