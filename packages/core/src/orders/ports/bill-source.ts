import type { BeijingDay } from '../../shared/beijing-day.js'
import type { Bill } from '../domain/bill.js'

/** `absent`: the gateway has none for this day: not made yet (Alipay's come the next morning), or nothing to bill. */
export type BillOrAbsent = { readonly kind: 'bill'; readonly bill: Bill } | { readonly kind: 'absent' }

/** Where the gateway's bills come from, one a day. */
export interface BillSource {
  /**
   * Outcome: the whole bill of the day, every amount exact; never a part of one. A day without any trade has an empty
   * bill, or none. Errors: `gateway_unknown` when no answer comes, or a file that is cut off, damaged or not
   * understood; `gateway_refused` when the gateway says no (no rights, a day before the account began). Messages hold
   * no key, no address and no buyer data. Repeated call: the same bill, once the day has one. Concurrency: it only
   * reads. Retry: the caller, later.
   */
  billOf(day: BeijingDay): Promise<BillOrAbsent>
}
