import { expect, it } from 'vitest'
import { padToPowerOfTwo } from '../src/sql/pad-to-power-of-two.js'

it('given values, then there is a power of two of them, and the last one is said again', () => {
  expect([[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4, 5]].map(filled)).toEqual([
    [],
    [1],
    [1, 2],
    [1, 2, 3, 3],
    [1, 2, 3, 4, 5, 5, 5, 5],
  ])
})
