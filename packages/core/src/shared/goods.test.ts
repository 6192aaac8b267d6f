import { describe, expect, it } from 'vitest'
import { sampleGoods } from '../../testing/contracts/index.js'
import { checkGoodsTotal, readOrderDetail, sameGoods } from './goods.js'
import { fen } from './money.js'

const line = { goodsId: '1', goodsType: '60201', goodsName: 'Java编程思想', goodsPrice: '99.00', goodsDetail: '' }
const detail = (...lines: object[]) => JSON.stringify(lines)
const refused = (code: string) => expect.objectContaining({ code })

describe('readOrderDetail', () => {
  it('given the JSON of the goods, then they are read with their prices in fen', () => {
    expect(readOrderDetail(detail(line, { ...line, goodsId: '2', goodsPrice: 0.29 }))).toEqual([
      { ...line, goodsPrice: 9_900 },
      { ...line, goodsId: '2', goodsPrice: 29 },
    ])
  })

  it.each([undefined, null, ''])('given the detail %j, then it is empty', (goodsDetail) => {
    expect(readOrderDetail(detail({ ...line, goodsDetail }))).toMatchObject([{ goodsDetail: '' }])
  })

  it('given members that are not known here, then they are left out', () => {
    expect(readOrderDetail(detail({ ...line, discount: 1 }))).toEqual([{ ...line, goodsPrice: 9_900 }])
  })

  it('given 100 goods, then they are read, and given 101 they are refused', () => {
    expect(readOrderDetail(detail(...Array<object>(100).fill(line)))).toHaveLength(100)
    expect(() => readOrderDetail(detail(...Array<object>(101).fill(line)))).toThrow(refused('invalid_request'))
  })

  it('given texts of 1,000 characters, then they are read', () => {
    const long = { ...line, goodsName: 'x'.repeat(1_000), goodsDetail: 'y'.repeat(1_000) }
    expect(readOrderDetail(detail(long))).toEqual([{ ...long, goodsPrice: 9_900 }])
  })

  it.each([
    ...['', 'not json', '{}', 'null', '[]', '"[]"', '[null]', '[7]', '["a"]'],
    ...['goodsId', 'goodsType', 'goodsName'].flatMap((member) => [
      detail({ ...line, [member]: undefined }),
      detail({ ...line, [member]: '' }),
      detail({ ...line, [member]: 7 }),
      detail({ ...line, [member]: 'x'.repeat(1_001) }),
    ]),
    ...[detail({ ...line, goodsDetail: 7 }), detail({ ...line, goodsDetail: 'x'.repeat(1_001) })],
  ])('given %.60s, then it is refused', (text) => {
    expect(() => readOrderDetail(text)).toThrow(refused('invalid_request'))
  })

  it.each(['99', 99.001, -1, null, '1e2'])('given the price %j, then it is refused', (goodsPrice) => {
    expect(() => readOrderDetail(detail({ ...line, goodsPrice }))).toThrow(refused('invalid_amount'))
  })
})

describe('checkGoodsTotal', () => {
  const goods = [sampleGoods({ goodsPrice: fen(10) }), sampleGoods({ goodsPrice: fen(20) })]

  it('given lines that add up to the total, then it is quiet', () => {
    expect(() => checkGoodsTotal(goods, fen(30))).not.toThrow()
  })

  it.each([29, 31, 0])('given lines of 30 fen and the total %i, then it is refused', (total) => {
    expect(() => checkGoodsTotal(goods, fen(total))).toThrow(refused('price_mismatch'))
  })
})

describe('sameGoods', () => {
  const goods = [sampleGoods({ goodsId: '1' }), sampleGoods({ goodsId: '2' })]

  it('given the same lines, then yes', () => {
    expect(sameGoods(goods, structuredClone(goods))).toBe(true)
    expect(sameGoods([], [])).toBe(true)
  })

  it.each([
    { goodsId: '9' },
    { goodsType: '60202' },
    { goodsName: 'other' },
    { goodsPrice: fen(1) },
    { goodsDetail: 'other' },
  ])('given a line with another %j, then no', (change) => {
    expect(sameGoods(goods, [sampleGoods({ goodsId: '1' }), sampleGoods({ goodsId: '2', ...change })])).toBe(false)
  })

  it('given a line more, a line less or another order, then no', () => {
    expect(sameGoods(goods, [...goods, sampleGoods()])).toBe(false)
    expect(sameGoods(goods, goods.slice(1))).toBe(false)
    expect(sameGoods(goods, [...goods].reverse())).toBe(false)
  })
})
