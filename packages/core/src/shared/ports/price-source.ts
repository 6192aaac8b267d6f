import type { OutBusinessId, UserId } from '../identifiers.js'
import type { Fen } from '../money.js'

/** Who wants to pay for what. */
export interface PriceQuestion {
  readonly outBusinessId: OutBusinessId
  readonly userId: UserId
}

/**
 * The server's own price of what is sold, one source for each order type. The order service charges this price and no
 * other: what a client sends as the total is only compared with it.
 */
export interface PriceSource {
  /**
   * Outcome: the price in fen, above zero, the same for the same thing as long as it can be paid.
   * Errors: `choice_not_found` (nothing of this id is for sale), `not_yours`, `nothing_to_pay` (free, or taken back),
   * `order_already_paid`, `store_unavailable`. Repeated call and concurrency: only reads. Retry: the buyer.
   */
  priceOf(question: PriceQuestion): Promise<Fen>
}
