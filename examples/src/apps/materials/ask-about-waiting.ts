import { type Clock, OrderType, outBusinessId } from '@coursepay/core'
import type { PaidOrders } from '@coursepay/core/ports'
import type { PurchaseTable } from './purchase-table.js'

const MIN_WAIT_MS = 60_000
const MAX_WAIT_MS = 3_600_000
const BATCH = 50

/**
 * One round of the worker that finds paid purchases whose message has not come: it asks the order service about those
 * that have waited for more than a minute, which sends the message of a paid one again. The older a purchase, the
 * longer until the next question, an hour at most.
 */
export function askAboutWaiting(table: PurchaseTable, paidOrders: PaidOrders, clock: Clock) {
  return async (): Promise<{ readonly more: boolean }> => {
    const due = await table.listDue(clock.now(), MAX_WAIT_MS, BATCH)
    for (const { purchaseId, createDate } of due) {
      await paidOrders.resendMessage(OrderType.material, outBusinessId(purchaseId))
      const now = clock.now()
      await table.askAgainAt(purchaseId, now + Math.min(Math.max(now - createDate, MIN_WAIT_MS), MAX_WAIT_MS))
    }
    return { more: due.length === BATCH }
  }
}
