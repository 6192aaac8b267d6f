import { CheckoutError } from '../../src/shared/checkout-error.js'
import type { Fen } from '../../src/shared/money.js'
import type { PriceSource } from '../../src/shared/ports/price-source.js'

/** One price for everything, for everybody. */
export const fixedPriceSource = (price: Fen): PriceSource => ({
  async offerOf() {
    if (price === 0) throw new CheckoutError('nothing_to_pay', 'This is free.')
    return { price, orderName: null, goods: null }
  },
})
