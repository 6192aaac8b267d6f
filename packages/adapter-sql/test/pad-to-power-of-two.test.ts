import { expect, it } from 'vitest'
import { padToPowerOfTwo } from '../src/sql/pad-to-power-of-two.js'

it('padding brings values to a power of two by repeating the last one', () => {
  expect([[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4, 5]].map(padToPowerOfTwo)).toEqual([
    [],
    [1],
    [1, 2],
    [1, 2, 3, 3],
    [1, 2, 3, 4, 5, 5, 5, 5],
  ])
})
