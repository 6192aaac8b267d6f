import { CheckoutError, type CheckoutErrorCode } from '../../src/shared/checkout-error.js'
import type { OutBusinessId, UserId } from '../../src/shared/identifiers.js'
import type { Fen } from '../../src/shared/money.js'
import type { PriceSource } from '../../src/shared/ports/price-source.js'

export interface FixedPriceSource extends PriceSource {
  /** Another price from now on. */
  change(price: Fen): void
  /** This thing belongs to one user; for others it is `not_yours`. */
  reserve(outBusinessId: OutBusinessId, owner: UserId): void
  /** Refuses with this code from now on (`choice_not_found`, `order_already_paid` …); null asks for the price again. */
  refuse(code: CheckoutErrorCode | null): void
}

/** One price for everything. */
export function fixedPriceSource(price: Fen): FixedPriceSource {
  const owners = new Map<OutBusinessId, UserId>()
  const state: { price: Fen; refusal: CheckoutErrorCode | null } = { price, refusal: null }
  return {
    async offerOf({ outBusinessId, userId }) {
      if (state.refusal !== null) throw new CheckoutError(state.refusal, 'The price source was told to refuse.')
      if ((owners.get(outBusinessId) ?? userId) !== userId) {
        throw new CheckoutError('not_yours', 'This belongs to another user.')
      }
      if (state.price === 0) throw new CheckoutError('nothing_to_pay', 'This is free.')
      return { price: state.price, orderName: null, goods: null }
    },
    change: (other) => {
      state.price = other
    },
    reserve: (outBusinessId, owner) => void owners.set(outBusinessId, owner),
    refuse: (code) => {
      state.refusal = code
    },
  }
}
