import { expect, it } from 'vitest'
import { columnsInCondition } from '../src/sql/sql.js'

it('conditions of one to four keys share three texts: the last key fills what is left', () => {
  const conditions = [[1], [1, 2], [1, 2, 3], [4, 3, 2, 1]].map((keys) =>
    columnsInCondition(
      ['id'],
      keys.map((key) => [key]),
    ),
  )
  expect(conditions.map(({ values }) => values)).toEqual([[1], [1, 2], [1, 2, 3, 3], [4, 3, 2, 1]])
  expect(new Set(conditions.map(({ sql }) => sql)).size).toBe(3)
})

it('a key of several columns is one condition each', () => {
  const keys = [
    ['a', 1],
    ['b', 2],
  ]
  const { sql, values } = columnsInCondition(['consumer', 'message_id'], keys)
  expect(sql).toBe('(consumer IN (?) AND message_id IN (?)) OR (consumer IN (?) AND message_id IN (?))')
  expect(values).toEqual(['a', 1, 'b', 2])
})
