import { describe, expect, it } from 'vitest'
import { sampleGoods } from '../../testing/contracts/index.js'
import { areSameGoods, checkGoodsTotal, readOrderDetail } from './goods.js'
import { fen } from './money.js'

const line = { goodsId: '1', goodsType: '60201', goodsName: 'Java编程思想', goodsPrice: '99.00', goodsDetail: '' }
const orderDetailOf = (...lines: object[]) => JSON.stringify(lines)
const errorWithCode = (code: string) => expect.objectContaining({ code })

describe('readOrderDetail', () => {
  it('the JSON of the goods is read with prices in fen', () => {
    expect(readOrderDetail(orderDetailOf(line, { ...line, goodsId: '2', goodsPrice: 0.29 }))).toEqual([
      { ...line, goodsPrice: 9_900 },
      { ...line, goodsId: '2', goodsPrice: 29 },
    ])
  })

  it.each([undefined, null, ''])('the detail %j is empty', (goodsDetail) => {
    expect(readOrderDetail(orderDetailOf({ ...line, goodsDetail }))).toMatchObject([{ goodsDetail: '' }])
  })

  it('unknown members are left out', () => {
    expect(readOrderDetail(orderDetailOf({ ...line, discount: 1 }))).toEqual([{ ...line, goodsPrice: 9_900 }])
  })

  it('100 goods are read, and 101 are refused', () => {
    expect(readOrderDetail(orderDetailOf(...Array<object>(100).fill(line)))).toHaveLength(100)
    expect(() => readOrderDetail(orderDetailOf(...Array<object>(101).fill(line)))).toThrow(
      errorWithCode('invalid_request'),
    )
  })

  it('texts of 1,000 characters are read', () => {
    const long = { ...line, goodsName: 'x'.repeat(1_000), goodsDetail: 'y'.repeat(1_000) }
    expect(readOrderDetail(orderDetailOf(long))).toEqual([{ ...long, goodsPrice: 9_900 }])
  })

  it.each([
    ...['', 'not json', '{}', 'null', '[]', '"[]"', '[null]', '[7]', '["a"]'],
    ...['goodsId', 'goodsType', 'goodsName'].flatMap((member) => [
      orderDetailOf({ ...line, [member]: undefined }),
      orderDetailOf({ ...line, [member]: '' }),
      orderDetailOf({ ...line, [member]: 7 }),
      orderDetailOf({ ...line, [member]: 'x'.repeat(1_001) }),
    ]),
    ...[orderDetailOf({ ...line, goodsDetail: 7 }), orderDetailOf({ ...line, goodsDetail: 'x'.repeat(1_001) })],
  ])('the text %.60s is refused', (text) => {
    expect(() => readOrderDetail(text)).toThrow(errorWithCode('invalid_request'))
  })

  it.each(['99', 99.001, -1, null, '1e2'])('the price %j is refused', (goodsPrice) => {
    expect(() => readOrderDetail(orderDetailOf({ ...line, goodsPrice }))).toThrow(errorWithCode('invalid_amount'))
  })
})

describe('checkGoodsTotal', () => {
  const goods = [sampleGoods({ goodsPrice: fen(10) }), sampleGoods({ goodsPrice: fen(20) })]

  it('lines that add up to the total pass', () => {
    expect(() => checkGoodsTotal(goods, fen(30))).not.toThrow()
  })

  it.each([29, 31, 0])('lines of 30 fen with the total %i are refused', (total) => {
    expect(() => checkGoodsTotal(goods, fen(total))).toThrow(errorWithCode('price_mismatch'))
  })
})

describe('areSameGoods', () => {
  const goods = [sampleGoods({ goodsId: '1' }), sampleGoods({ goodsId: '2' })]

  it('the same lines are the same goods', () => {
    expect(areSameGoods(goods, structuredClone(goods))).toBe(true)
    expect(areSameGoods([], [])).toBe(true)
  })

  it.each([
    { goodsId: '9' },
    { goodsType: '60202' },
    { goodsName: 'other' },
    { goodsPrice: fen(1) },
    { goodsDetail: 'other' },
  ])('a line with another %j is other goods', (change) => {
    expect(areSameGoods(goods, [sampleGoods({ goodsId: '1' }), sampleGoods({ goodsId: '2', ...change })])).toBe(false)
  })

  it('a line more, a line less or another sequence is other goods', () => {
    expect(areSameGoods(goods, [...goods, sampleGoods()])).toBe(false)
    expect(areSameGoods(goods, goods.slice(1))).toBe(false)
    expect(areSameGoods(goods, [...goods].reverse())).toBe(false)
  })
})
