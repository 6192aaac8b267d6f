import { expect, it } from 'vitest'
import { validTraceparent } from './tracing.js'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const span = '00f067aa0ba902b7'

it('a traceparent of version 00 is read as it is', () => {
  expect(validTraceparent(`00-${trace}-${span}-01`)).toBe(`00-${trace}-${span}-01`)
})

it.each([
  ['another version', `01-${trace}-${span}-01`],
  ['capital letters', `00-${trace.toUpperCase()}-${span}-01`],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${span}-01`],
  ['a span of zeros', `00-${trace}-${'0'.repeat(16)}-01`],
  ['more behind it', `00-${trace}-${span}-01-more`],
  ['a number', 7],
  ['nothing', undefined],
])('%s is no traceparent', (_, value) => expect(validTraceparent(value)).toBeUndefined())
