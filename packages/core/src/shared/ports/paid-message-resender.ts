import type { OutBusinessId } from '../identifiers.js'
import type { OrderType } from '../status-codes.js'

/**
 * Where a seller asks about orders that it has not heard of: the order service in this process, or another one over
 * HTTP.
 */
export interface PaidMessageResender {
  /**
   * Outcome: `sent`: the order is paid, and its message is in the outbox once more; `not_paid`: there is no such paid
   * order. Errors: `store_unavailable`. Repeated call: one more message, which consumers handle once for each choice.
   * Retry: the seller.
   */
  resendMessage(orderType: OrderType, outBusinessId: OutBusinessId): Promise<'sent' | 'not_paid'>
}
