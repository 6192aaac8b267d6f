import { expect, it } from 'vitest'
import { traced } from './traced.js'

it('without a tracer the work itself is called, and nothing else', () => {
  const work = async (number: number) => number
  expect(traced(undefined, 'work', (number: number) => ({ number }), work)).toBe(work)
})
