import { expect, it } from 'vitest'
import { keyedReads } from '../src/sql/keyed-reads.js'
import { statement } from '../src/sql/statement.js'

it('reads of one to four keys share three statements: the last key fills what is left', () => {
  const made: number[] = []
  const readsOf = keyedReads((places) => {
    made.push(places.length)
    return [statement(({ sql }) => sql('xc_orders').where('id', 1))]
  })
  const valuesOf = (...keys: number[]) => readsOf(keys.map((key) => [key])).map(([, values]) => Object.values(values))
  expect(valuesOf()).toEqual([])
  expect(valuesOf(1)).toEqual([[1]])
  expect(valuesOf(1, 2)).toEqual([[1, 2]])
  expect(valuesOf(1, 2, 3)).toEqual([[1, 2, 3, 3]])
  expect(valuesOf(4, 3, 2, 1)).toEqual([[4, 3, 2, 1]])
  expect(made).toEqual([1, 2, 4])
})
