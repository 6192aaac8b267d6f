import { describe, expect, it } from 'vitest'
import { merge } from '../src/mysql/merged-changes.js'

const insert = (...values: readonly (string | bigint)[]) => ({
  sql: 'insert into `m` (`id`, `text`, `at`) values (?, ?, (utc_timestamp(3)))',
  values,
})
const update = (...values: readonly (string | bigint)[]) => ({
  sql: 'update `o` set `status` = ? where `id` = ? and `status` = ?',
  values,
})

describe('changes that are alike', () => {
  it('given rows for one table, then one statement inserts them all', () => {
    expect(merge([insert(1n, 'a'), insert(2n, 'values (?)')])).toEqual({
      sql: 'insert into `m` (`id`, `text`, `at`) values (?, ?, (utc_timestamp(3))), (?, ?, (utc_timestamp(3)))',
      values: [1n, 'a', 2n, 'values (?)'],
    })
  })

  it('given changes that differ in the row alone, then one statement makes them all', () => {
    expect(merge([update('paid', 1n, 'unpaid'), update('paid', 2n, 'unpaid'), update('paid', 3n, 'unpaid')])).toEqual({
      sql: 'update `o` set `status` = ? where `id` in (?, ?, ?) and `status` = ?',
      values: ['paid', 1n, 2n, 3n, 'unpaid'],
    })
  })

  it.each([
    ['differ in what they change as well', [update('paid', 1n, 'unpaid'), update('closed', 2n, 'unpaid')]],
    ['differ in something that is no key', [update('paid', 1n, 'unpaid'), update('closed', 1n, 'unpaid')]],
    ['are about the same row', [update('paid', 1n, 'unpaid'), update('paid', 1n, 'unpaid')]],
    ['are about the same row among others', [1n, 2n, 1n].map((id) => update('paid', id, 'unpaid'))],
    [
      'insert what they select',
      [1n, 2n].map((id) => ({ sql: 'insert into `g` (`id`) select ? from `o`', values: [id] })),
    ],
    ['take rows away', [1n, 2n].map((id) => ({ sql: 'delete from `m` where `id` = ?', values: [id] }))],
    [
      'set a column to different keys',
      [1n, 2n].map((by) => ({ sql: 'update `o` set `by` = ? where `id` = 1', values: [by] })),
    ],
    ['compare otherwise', [1n, 2n].map((id) => ({ sql: 'update `o` set `a` = 1 where `id` <= ?', values: [id] }))],
  ])('given some that %s, then each goes by itself', (_, alike) => {
    expect(merge(alike)).toBeNull()
  })
})
