import type { OrderLine } from '../goods.js'
import type { OutBusinessId, UserId } from '../identifiers.js'
import type { Fen } from '../money.js'

/** Who wants to pay for what. */
export interface PriceQuestion {
  readonly outBusinessId: OutBusinessId
  readonly userId: UserId
}

/** What the server sells. Where it names the order and its goods, the buyer's own words are ignored. */
export interface Offer {
  /** In fen, above zero. */
  readonly price: Fen
  /** Null where the seller has no name of its own: then the buyer's stands. */
  readonly orderName: string | null
  readonly goods: readonly OrderLine[] | null
}

/**
 * The server's own offer of what is sold, one source for each order type. The order service charges this price and no
 * other: a client's total is only compared with it.
 */
export interface PriceSource {
  /**
   * Outcome: the offer; its price stays the same for the same thing as long as it can be paid.
   * Errors: `choice_not_found` (nothing of this id is for sale), `not_yours`, `nothing_to_pay` (free),
   * `choice_outdated` (its price changed, or it was revoked), `order_already_paid`, `order_already_refunded`,
   * `store_unavailable`.
   * Repeated call and concurrency: only reads. Retry: the buyer.
   */
  offerOf(question: PriceQuestion): Promise<Offer>
}
