import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  chooseCourseId,
  isSnowflake,
  messageId,
  orderId,
  outBusinessId,
  payNo,
  payToken,
  userId,
} from './identifiers.js'

const MAX_SNOWFLAKE = '9223372036854775807'
const invalid = expect.objectContaining({ code: 'invalid_id' })

describe('an id made here', () => {
  it.each(['1', '9007199254740993', '7123456789012345678', MAX_SNOWFLAKE])('"%s" is taken as it is', (text) => {
    for (const read of [orderId, payNo, chooseCourseId, messageId]) expect(read(text)).toBe(text)
  })

  it('any 63-bit number keeps every digit', () => {
    fc.assert(fc.property(fc.bigInt(1n, BigInt(MAX_SNOWFLAKE)), (id) => orderId(String(id)) === String(id)))
  })

  it.each([
    ...['0', '-1', '+1', '01', '1.0', '1e3', ' 1', '1 ', '1\n', '', 'abc', '１'],
    ...['9223372036854775808', '10000000000000000000', '99999999999999999999'],
    ...[1, 7123456789012345678n, null, undefined, ['1'], {}],
  ])('%o is refused', (value) => {
    expect(isSnowflake(value)).toBe(false)
    expect(() => orderId(value)).toThrow(invalid)
  })

  it('a refusal names the member and not the value', () => {
    expect(() => payNo('secret')).toThrow(/^payNo must be /)
  })
})

describe('an id made by others', () => {
  it.each(['7', 'user-7', '~!@#', 'x'.repeat(64)])('"%s" is taken as it is', (text) => {
    expect(userId(text)).toBe(text)
    expect(outBusinessId(text)).toBe(text)
  })

  it.each(['', ' ', 'a b', 'tab\t', 'line\n', '张', '\u0000', '\u007f', 'x'.repeat(65), 7, null, undefined, {}])(
    '%j is refused',
    (value) => {
      expect(() => userId(value)).toThrow(invalid)
      expect(() => payToken(value)).toThrow(invalid)
    },
  )
})
