import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addFen, fen, MAX_AMOUNT_FEN, readYuan, writeYuan } from './money.js'

const invalid = expect.objectContaining({ code: 'invalid_amount' })
const anyFen = fc.integer({ min: 0, max: MAX_AMOUNT_FEN }).map(fen)

describe('an amount of money', () => {
  it('any amount is the same after it is written and read', () => {
    fc.assert(fc.property(anyFen, (amount) => readYuan(writeYuan(amount)) === amount))
  })

  it('any amount is written with two decimals', () => {
    fc.assert(fc.property(anyFen, (amount) => /^(0|[1-9]\d*)\.\d{2}$/.test(writeYuan(amount))))
  })

  it.each([
    ['0.00', 0],
    ['0.01', 1],
    ['0.29', 29],
    ['1.15', 115],
    ['99.00', 9_900],
    ['100000000.00', 10_000_000_000],
    [99, 9_900],
    [99.5, 9_950],
    [0.29, 29],
    [1.15, 115],
    [-0, 0],
  ])('%j on the wire is %i fen', (value, amount) => {
    expect(readYuan(value)).toBe(amount)
  })

  it('any JSON number of two decimals is read without an error of a float', () => {
    // Up to here a double tells two decimals apart and prints them without an exponent.
    fc.assert(fc.property(anyFen, (amount) => readYuan(Number(writeYuan(amount))) === amount))
  })

  it.each([
    ...[
      '99',
      '99.0',
      '99.000',
      '.50',
      '099.00',
      '+1.00',
      '-1.00',
      '1e2',
      ' 1.00',
      '1.00 ',
      '1,00',
      '1.00\n',
      '',
      '１.00',
    ],
    ...[0.1 + 0.2, 99.001, 1e21, 1e-7, -1, -0.01, Number.NaN, Number.POSITIVE_INFINITY, 100_000_000.01],
    ...[null, undefined, true, 99n, [99], { yuan: 99 }, '100000000.01', '12345678901.00'],
  ])('%o on the wire is refused', (value) => {
    expect(() => readYuan(value)).toThrow(invalid)
  })

  it('any string is read as written or refused, and never rounded', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^-?\d{0,12}\.?\d{0,4}$/)), (text) => {
        try {
          return writeYuan(readYuan(text)) === text
        } catch (error) {
          expect(error).toEqual(invalid)
          return true
        }
      }),
    )
  })

  it.each([0.5, -1, Number.NaN, Number.POSITIVE_INFINITY, MAX_AMOUNT_FEN + 1, 2 ** 53])(
    '%d is refused as a count of fen',
    (amount) => {
      expect(() => fen(amount)).toThrow(invalid)
    },
  )

  it('the smallest and the largest amount are taken', () => {
    expect([fen(0), fen(MAX_AMOUNT_FEN)]).toEqual([0, 10_000_000_000])
  })

  it('amounts add up to the fen', () => {
    expect(addFen(fen(10), fen(20), fen(1))).toBe(31)
    expect(addFen()).toBe(0)
  })

  it('a sum beyond the largest payment is refused', () => {
    expect(() => addFen(MAX_AMOUNT_FEN, fen(1))).toThrow(invalid)
  })
})
