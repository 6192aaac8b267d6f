import {
  type BillReport,
  beijingDayOf,
  createReconciliation,
  type LatePaymentPolicy,
  type PayRecord,
  spanOfDay,
} from '../src/index.js'
import { inMemoryBillSource, inMemoryPaymentLedger, sequentialIds, settableClock } from '../testing/fakes/index.js'
import { openShop } from './shop.js'

export const HOUR = 3_600_000

/** A shop whose notifications are all lost, and its bills the next morning. */
export async function openBooks(latePolicy: LatePaymentPolicy = 'refund') {
  const shop = await openShop({ latePolicy })
  const day = beijingDayOf(shop.clock.now())
  const clock = settableClock(spanOfDay(day).to + 11 * HOUR)
  const bills = inMemoryBillSource({ clock, sellerId: shop.gateway.gateway.merchant.sellerId })
  const { stores, unitOfWork, session } = shop.orderTables
  const reconcile = createReconciliation({
    ...{ bills: bills.source, ledger: inMemoryPaymentLedger(session), clock, unitOfWork },
    gateway: shop.gateway.gateway,
    ids: sequentialIds(9_000_000_000_000_000_000n),
    settings: { latePolicy },
  })
  const journalOf = ({ payNo }: PayRecord) => stores.journal.listOf(payNo)
  return {
    ...{ shop, day, clock, bills, reconcile, journalOf },
    /** The buyer pays, the gateway bills it, and nobody tells us. */
    async payUnheard(attempt: PayRecord, bookedAt = shop.clock.now()) {
      await shop.pay(attempt)
      bills.pay({ outTradeNo: attempt.payNo, amount: attempt.totalPrice, bookedAt })
    },
    async report(): Promise<BillReport> {
      const answer = await reconcile(day)
      if (answer.kind !== 'report') throw new Error('There is no bill yet.')
      return answer.report
    },
    stateOf: async (attempt: PayRecord) => ({
      order: (await stores.orders.find(attempt.orderId))?.status,
      receipt: (await stores.payRecords.find({ payNo: attempt.payNo }))?.receipt ?? null,
    }),
  }
}
