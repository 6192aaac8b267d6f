import { type OutBusinessId, outBusinessId, type UserId } from '../../src/shared/identifiers.js'
import { addFen, type Fen } from '../../src/shared/money.js'
import type { PriceSource } from '../../src/shared/ports/price-source.js'
import { ensure, equal, rejectsWithCode } from './assertions.js'
import { defineContract, type Harness } from './define-contract.js'
import { otherUserId, sampleId, sampleUserId } from './sample-data.js'
import { atOnce } from './store-harness.js'

/** A seller with things to sell. */
export interface PriceSourceHarness extends Harness {
  readonly prices: PriceSource
  /** Something new for this user, and its price above zero. */
  offer(userId: UserId): Promise<{ readonly outBusinessId: OutBusinessId; readonly price: Fen }>
  /** The same without a price. */
  offerFree(userId: UserId): Promise<OutBusinessId>
  /** The price of what was offered changes. */
  changePrice(): Promise<void>
  /** What was offered is paid, as the seller has heard. */
  sell(outBusinessId: OutBusinessId): Promise<void>
  breakStore(): Promise<void>
}

export const priceSourceContract = defineContract<PriceSourceHarness>()('PriceSource', {
  'answers the price, the same each time and for many at once': async ({ prices, offer }) => {
    const { outBusinessId: id, price } = await offer(sampleUserId)
    const question = { outBusinessId: id, userId: sampleUserId }
    for (const { price: answered } of await atOnce(4, () => prices.offerOf(question))) equal(answered, price)
  },

  'offers goods that add up to the price, where it names goods': async ({ prices, offer }) => {
    const { outBusinessId: id, price } = await offer(sampleUserId)
    const { goods } = await prices.offerOf({ outBusinessId: id, userId: sampleUserId })
    equal(goods === null ? price : addFen(...goods.map(({ goodsPrice }) => goodsPrice)), price)
    ensure(goods === null || goods.length > 0, 'Named goods are at least one line.')
  },

  'refuses what is not for sale': async ({ prices }) => {
    for (const id of [sampleId(97), 'no-number']) {
      const question = { outBusinessId: outBusinessId(id), userId: sampleUserId }
      await rejectsWithCode(prices.offerOf(question), 'choice_not_found')
    }
  },

  'refuses what is for sale to another user': async ({ prices, offer }) => {
    const { outBusinessId: id } = await offer(sampleUserId)
    await rejectsWithCode(prices.offerOf({ outBusinessId: id, userId: otherUserId }), 'not_yours')
  },

  'refuses what costs nothing': async ({ prices, offerFree }) => {
    const question = { outBusinessId: await offerFree(sampleUserId), userId: sampleUserId }
    await rejectsWithCode(prices.offerOf(question), 'nothing_to_pay')
  },

  'refuses what has another price now': async ({ prices, offer, changePrice }) => {
    const { outBusinessId: id } = await offer(sampleUserId)
    await changePrice()
    await rejectsWithCode(prices.offerOf({ outBusinessId: id, userId: sampleUserId }), 'choice_outdated')
  },

  'refuses what is paid': async ({ prices, offer, sell }) => {
    const { outBusinessId: id } = await offer(sampleUserId)
    await sell(id)
    await rejectsWithCode(prices.offerOf({ outBusinessId: id, userId: sampleUserId }), 'order_already_paid')
  },

  'fails with store_unavailable when the store cannot be reached': async ({ prices, offer, breakStore }) => {
    const { outBusinessId: id } = await offer(sampleUserId)
    await breakStore()
    await rejectsWithCode(prices.offerOf({ outBusinessId: id, userId: sampleUserId }), 'store_unavailable')
  },
})
