import type { CheckoutErrorCode } from '../../src/shared/checkout-error.js'
import { type OutBusinessId, outBusinessId, type UserId } from '../../src/shared/identifiers.js'
import { addFen, type Fen } from '../../src/shared/money.js'
import type { PriceQuestion, PriceSource } from '../../src/shared/ports/price-source.js'
import { ensure, equal, rejectsWithCode } from './assertions.js'
import { defineContract, type Harness } from './define-contract.js'
import { otherUserId, sampleId, sampleUserId } from './sample-data.js'
import { callConcurrently } from './store-harness.js'

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

const offered = async ({ offer }: PriceSourceHarness) => ({
  outBusinessId: (await offer(sampleUserId)).outBusinessId,
  userId: sampleUserId,
})

const refusesOffer =
  (code: CheckoutErrorCode, questionOf: (harness: PriceSourceHarness) => Promise<PriceQuestion>) =>
  async (harness: PriceSourceHarness) => {
    const question = await questionOf(harness)
    await rejectsWithCode(harness.prices.offerOf(question), code)
  }

export const priceSourceContract = defineContract<PriceSourceHarness>()('PriceSource', {
  'answers the price, the same each time and for many at once': async ({ prices, offer }) => {
    const { outBusinessId: id, price } = await offer(sampleUserId)
    const question = { outBusinessId: id, userId: sampleUserId }
    for (const { price: answered } of await callConcurrently(4, () => prices.offerOf(question))) equal(answered, price)
  },

  'offers goods that add up to the price, where it names goods': async (harness) => {
    const { goods, price } = await harness.prices.offerOf(await offered(harness))
    equal(goods === null ? price : addFen(...goods.map(({ goodsPrice }) => goodsPrice)), price)
    ensure(goods === null || goods.length > 0, 'Named goods are at least one line.')
  },

  'refuses what is not for sale': async ({ prices }) => {
    for (const id of [sampleId(97), 'no-number']) {
      const question = { outBusinessId: outBusinessId(id), userId: sampleUserId }
      await rejectsWithCode(prices.offerOf(question), 'choice_not_found')
    }
  },

  'refuses what is for sale to another user': refusesOffer('not_yours', async (harness) => ({
    ...(await offered(harness)),
    userId: otherUserId,
  })),

  'refuses what costs nothing': refusesOffer('nothing_to_pay', async ({ offerFree }) => ({
    outBusinessId: await offerFree(sampleUserId),
    userId: sampleUserId,
  })),

  'refuses what has another price now': refusesOffer('choice_outdated', async (harness) => {
    const question = await offered(harness)
    await harness.changePrice()
    return question
  }),

  'refuses what is paid': refusesOffer('order_already_paid', async (harness) => {
    const question = await offered(harness)
    await harness.sell(question.outBusinessId)
    return question
  }),

  'fails with store_unavailable when the store cannot be reached': refusesOffer(
    'store_unavailable',
    async (harness) => {
      const question = await offered(harness)
      await harness.breakStore()
      return question
    },
  ),
})
