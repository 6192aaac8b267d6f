import { describe, expect, it } from 'vitest'
import { type LookUp, mergeLookUps } from '../src/mysql/merged-look-ups.js'
import type { Row, SqlValue } from '../src/sql/statement.js'

const BY_ID = 'select * from `o` left join `g` on `g`.`order_id` = `o`.`id` where `id` = ?'

/** Look-ups that note what they are answered. */
function asked(sql: string, keys: readonly SqlValue[]) {
  const answers: unknown[] = keys.map(() => 'nothing')
  const lookUps: LookUp[] = keys.map((key, place) => ({
    statement: { sql, values: [key] },
    resolve: (answer) => {
      answers[place] = answer
    },
  }))
  return { merged: mergeLookUps(lookUps), answers }
}

const statements = (lookUps: readonly LookUp[]) => lookUps.map(({ statement }) => statement)

describe('look-ups that are alike', () => {
  it('given three by their ids, then one statement asks for a power of two of them', () => {
    expect(statements(asked(BY_ID, [1n, 2n, 3n]).merged)).toEqual([
      { sql: BY_ID.replace('= ?', 'in (?, ?, ?, ?)'), values: [1n, 2n, 3n, 3n] },
    ])
  })

  it('given the answer, then each gets the rows of its own key, in their order, and none when there is none', () => {
    const { merged, answers } = asked(BY_ID, [1n, 2n, 3n, 1n])
    const rows: Row[] = [
      { id: 3n, line: 0 },
      { id: 1n, line: 1 },
      { id: 3n, line: 2 },
    ]
    merged[0]?.resolve(rows)
    expect(answers).toEqual([[rows[1]], [], [rows[0], rows[2]], [rows[1]]])
  })

  it('given keys that the driver answers as text or number, then they are found all the same', () => {
    const { merged, answers } = asked(BY_ID, [7n, 9007199254740993n])
    merged[0]?.resolve([{ id: '9007199254740993' }, { id: 7 }])
    expect(answers).toEqual([[{ id: 7 }], [{ id: '9007199254740993' }]])
  })

  it('given a column named with its table, then rows are told apart by the column', () => {
    const { merged, answers } = asked('select `o`.*, `pay_no` from `o` where `p`.`pay_no` = ?', ['a', 'b'])
    merged[0]?.resolve([{ pay_no: 'b' }])
    expect(answers).toEqual([[], [{ pay_no: 'b' }]])
  })

  it.each<[string, string, readonly SqlValue[]]>([
    ['is one alone', BY_ID, [1n]],
    ['compare by more than one value', 'select * from `o` where `id` = ? and `status` = ?', [1n, 2n]],
    [
      'compare in a select of their own',
      'select * from `o` where `id` = (select `o` from `p` where `n` = ?)',
      [1n, 2n],
    ],
    [
      'are sorted, which one index does for one key only',
      'select * from `p` where `o` = ? order by `at` asc',
      [1n, 2n],
    ],
    ['are limited', 'select * from `o` where `id` = ? limit 1', [1n, 2n]],
    ['ask for a key that no column of ours can hold', 'select * from `o` where `key` = ?', ['a', 'ключ']],
    ['ask for a key that the server compares without its last space', 'select * from `o` where `key` = ?', ['a', 'b ']],
    ['ask for nothing', 'select * from `o` where `key` = ?', ['a', null]],
  ])('given what %s, then it goes as it is', (_, sql, keys) => {
    expect(statements(asked(sql, keys).merged)).toEqual(keys.map((key) => ({ sql, values: [key] })))
  })
})
