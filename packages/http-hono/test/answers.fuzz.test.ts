import { CheckoutError, outBusinessId, userId } from '@coursepay/core'
import { exportJWK, generateKeyPair, errors as joseErrors } from 'jose'
import { expect, it, vi } from 'vitest'
import { damagedInputs, expectFast, FUZZ_TIMEOUT_MS, INPUTS, requireTrue } from '../../../tools/fuzz/fuzz.js'
import { createRemoteKeys } from '../src/authentication/remote-keys.js'
import { httpPaidOrders, httpPriceSource } from '../src/index.js'

/** To sign a question takes longer than to read its answer, which is the subject here. */
vi.mock('../src/authentication/purpose-token.js', async (load) => ({
  ...(await load<object>()),
  createPurposeHeaderFactory: () => async () => 'Bearer token',
}))

const KEY = 'a key of one seller, long enough'
const PIECES = [
  ...'"{}[]:,\\0189.eE-+ nulD_',
  '\u0000',
  '\ud800',
  '张',
  '"price":',
  '"kid":',
  'sent',
  '"n":',
  'not_paid',
]

/** The same service with another answer each time. */
let answer = ''
const fetch = async () => new Response(answer)

it(
  'under fuzzing, the answer of a seller is an offer in whole fen, or the seller is away',
  async () => {
    const line = { goodsId: '1', goodsType: '60202', goodsName: 'Java', goodsPrice: '99.00', goodsDetail: '' }
    const good = [
      JSON.stringify({ price: '99.00', orderName: 'Java', orderDetail: JSON.stringify([line]) }),
      JSON.stringify({ price: '99.00' }),
    ]
    const prices = httpPriceSource({ baseUrl: 'http://127.0.0.1:1', orderType: '60202', key: KEY, fetch })
    const question = { outBusinessId: outBusinessId('7'), userId: userId('zhang'), orderType: '60202' }
    let accepted = 0
    await expectFast(damagedInputs(24, good, { pieces: PIECES, maxLength: 70_000 }), async (text) => {
      answer = text
      const offer = await prices.offerOf(question).catch(codeOf)
      if (typeof offer === 'string') return requireTrue(offer === 'store_unavailable')
      accepted += 1
      requireTrue(offer !== null && Number.isSafeInteger(offer.price) && offer.price >= 0)
    })
    expect(accepted).toBeGreaterThan(INPUTS / 100)
  },
  FUZZ_TIMEOUT_MS,
)

it(
  'under fuzzing, the answer about a paid order is one of two words, or the order service is away',
  async () => {
    const orders = httpPaidOrders({ baseUrl: 'http://127.0.0.1:1', orderType: '60202', key: KEY, fetch })
    const good = ['{"state":"sent"}', '{"state":"not_paid"}']
    await expectFast(damagedInputs(25, good, { pieces: PIECES, maxLength: 8_000 }), async (text) => {
      answer = text
      const state = await orders.resendMessage('60202', outBusinessId('7')).catch(codeOf)
      requireTrue(state === 'store_unavailable' || JSON.parse(text).state === state)
    })
  },
  FUZZ_TIMEOUT_MS,
)

it(
  'under fuzzing, a set of keys holds public keys of the issuer, or none is found',
  async () => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    const key = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
    const good = [JSON.stringify({ keys: [key] }), JSON.stringify({ keys: [{ ...key, kid: undefined }, {}] })]
    const keys = createRemoteKeys('https://school.test/keys', { fetch, freshMs: 0, retryMs: 0 })
    let found = 0
    await expectFast(damagedInputs(26, good, { pieces: PIECES, maxLength: 70_000 }), async (text) => {
      answer = text
      try {
        const use = await keys.find({ alg: 'ES256', kid: 'k1' }, { payload: '', signature: '' })
        found += 1
        requireTrue('type' in use && use.type === 'public')
      } catch (error) {
        if (error instanceof joseErrors.JOSEError || error instanceof DOMException) return
        if (!(error instanceof Error) || !('code' in error)) throw error
      }
    })
    expect(found).toBeGreaterThan(INPUTS / 100)
  },
  FUZZ_TIMEOUT_MS,
)

function codeOf(error: unknown): string {
  if (CheckoutError.isInstance(error)) return error.code
  throw error
}
