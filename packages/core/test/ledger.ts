import type { LatePaymentPolicy, Payment } from '../src/index.js'
import { beijingDayOf, spanOfDay } from '../src/ports.js'
import { type BillReport, createBillReconciler } from '../src/reconciliation.js'
import { inMemoryBillSource, sequentialIds, settableClock } from '../testing/fakes/index.js'
import { openShop } from './shop.js'

export const HOUR = 3_600_000

/** A shop whose notifications are all lost, and its bills the next morning. */
export async function openLedger(latePolicy: LatePaymentPolicy = 'refund') {
  const shop = await openShop({ latePolicy })
  const { gateway } = shop.gateway
  const day = beijingDayOf(shop.clock.now())
  const clock = settableClock(spanOfDay(day).to + 11 * HOUR)
  const bills = inMemoryBillSource({ clock, sellerId: gateway.merchant.sellerId })
  const parts = { clock, store: shop.orderStore, gateway, settings: { latePolicy } }
  const reconcilerOf = (source: typeof bills.source) =>
    createBillReconciler({ ...parts, bills: source, ids: sequentialIds(9_000_000_000_000_000_000n) })
  const reconcile = reconcilerOf(bills.source)
  return {
    ...{ shop, day, clock, bills, reconcile, reconcilerOf },
    journalOf: ({ payNo }: Payment) => shop.orderStore.journal.listOf(payNo),
    /** The buyer pays, the gateway bills it, and no notification comes. */
    async payUnheard(payment: Payment, bookedAt = shop.clock.now()) {
      await shop.pay(payment)
      bills.pay({ outTradeNo: payment.payNo, amount: payment.totalPrice, bookedAt })
    },
    async report(): Promise<BillReport> {
      const answer = await reconcile(day)
      if (answer.kind !== 'report') throw new Error('There is no bill yet.')
      return answer.report
    },
    stateOf: async (payment: Payment) => ({
      order: (await shop.orderOf(payment)).status,
      receipt: (await shop.paymentOf(payment)).receipt,
    }),
  }
}
