import { CheckoutError, outBusinessId, payNo, payToken, readYuan, userId } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { damagedInputs, expectFast, FUZZ_TIMEOUT_MS, INPUTS, requireTrue } from '../../../tools/fuzz/fuzz.js'
import { addOrderSchema, toOrderRequest } from '../src/schemas/add-order.js'
import { grantRequestSchema } from '../src/schemas/operator.js'
import { orderSearchSchema, pickOrderFilter } from '../src/schemas/order-search.js'
import { parseRefundRequest } from '../src/schemas/refund-request.js'

const PIECES = [...'"{}[]:,\\0189.eE-+ %&=uD8_\u0000\ud800张']
const detail = JSON.stringify([
  { goodsId: '1', goodsType: '60201', goodsName: 'Java', goodsPrice: '99.00', goodsDetail: '' },
])
const order = { outBusinessId: '7123456789012345678', orderType: '60201', totalPrice: '99.00', orderName: 'Java' }

/** What a caller may send, the form that is read, and what must hold of each that is accepted. */
const parsers: readonly { readonly name: string; readonly good: string; read(text: string): void }[] = [
  {
    name: 'orders',
    good: JSON.stringify({ ...order, orderDescrip: null, orderDetail: detail }),
    read(text) {
      const { data } = addOrderSchema.safeParse(JSON.parse(text))
      if (data === undefined) return
      const { totalPrice, orderName, goods } = toOrderRequest(data)
      requireTrue(Number.isSafeInteger(totalPrice) && totalPrice >= 0 && orderName.trim() !== '' && goods.length > 0)
    },
  },
  {
    name: 'refunds',
    good: JSON.stringify({ amount: '40.00', reason: 'a lesson is missing', outRequestNo: 'R-1' }),
    read(text) {
      const { amount, reason } = parseRefundRequest(JSON.parse(text))
      requireTrue((amount === null || Number.isSafeInteger(amount)) && reason.trim() !== '')
    },
  },
  {
    name: 'grants',
    good: JSON.stringify({ userId: 'li', courseId: '1', days: 3, reason: 'x', key: 'k' }),
    read(text) {
      const { data } = grantRequestSchema.safeParse(JSON.parse(text))
      requireTrue(data === undefined || (data.userId.length > 0 && (data.days ?? 1) >= 1))
    },
  },
  {
    name: 'searches',
    good: 'status=600001&userId=zhang&from=2026-01-01&to=2026-01-02T00:00:00Z&minAmount=1.00&after=1-1&size=5',
    read(text) {
      const { data } = orderSearchSchema.safeParse(Object.fromEntries(new URLSearchParams(text)))
      if (data === undefined) return
      const { minAmount = 0, from = 0 } = pickOrderFilter(data)
      requireTrue(Number.isSafeInteger(minAmount) && Number.isSafeInteger(from) && data.size >= 1 && data.size <= 100)
    },
  },
  {
    name: 'ids, tokens and amounts',
    good: '7123456789012345678.00',
    read(text) {
      for (const read of [payNo, userId, outBusinessId, payToken]) {
        const id = acceptedBy(() => read(text))
        requireTrue(id === null || (id === text && id.trim() !== '' && id.length <= 64))
      }
      const fen = acceptedBy(() => readYuan(text))
      requireTrue(fen === null || (/^\d+\.\d{2}$/.test(text) && Number.isSafeInteger(fen)))
    },
  },
]

/** Null for what is refused with an error of our own. */
function acceptedBy<Value>(read: () => Value): Value | null {
  try {
    return read()
  } catch (error) {
    if (CheckoutError.isInstance(error) || error instanceof SyntaxError) return null
    throw error
  }
}

const isAccepted = (read: () => void): boolean =>
  acceptedBy(() => {
    read()
    return true
  }) !== null

describe('under fuzzing, the readers of requests', () => {
  it.each(parsers)(
    `of $name take ${INPUTS} inputs, each within 50 ms, and accept nothing wrong`,
    async ({ good, read }) => {
      let accepted = 0
      await expectFast(damagedInputs(5, [good], { pieces: PIECES, maxLength: 20_000 }), (text) => {
        if (isAccepted(() => read(text))) accepted += 1
      })
      // Else the damage is such that nothing comes past the first look.
      expect(accepted).toBeGreaterThan(INPUTS / 1_000)
    },
    FUZZ_TIMEOUT_MS,
  )
})
