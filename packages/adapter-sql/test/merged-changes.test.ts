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
      counts: true,
    })
  })

  it('given rows that replace those of their key, then one statement does it, and its count tells nothing', () => {
    const put = (id: bigint, text: string) => ({
      sql: 'insert into `m` (`id`, `text`) values (?, ?) on duplicate key update `text` = values(`text`)',
      values: [id, text],
    })
    expect(merge([put(1n, 'a'), put(2n, 'b')])).toEqual({
      sql: 'insert into `m` (`id`, `text`) values (?, ?), (?, ?) on duplicate key update `text` = values(`text`)',
      values: [1n, 'a', 2n, 'b'],
      counts: false,
    })
  })

  it('given changes that differ in the row alone, then one statement makes them all', () => {
    expect(merge([update('paid', 1n, 'unpaid'), update('paid', 2n, 'unpaid'), update('paid', 3n, 'unpaid')])).toEqual({
      sql: 'update `o` set `status` = ? where `id` in (?, ?, ?) and `status` = ?',
      values: ['paid', 1n, 2n, 3n, 'unpaid'],
      counts: true,
    })
  })

  it('given changes that also set different values, then each row gets its own', () => {
    const pay = (id: bigint, by: string | null, at: number) => ({
      sql: 'update `p` set `status` = ?, `by` = coalesce(?, `by`), `at` = ? where `status` = ? and `id` = ?',
      values: ['paid', by, at, 'unpaid', id],
    })
    expect(merge([pay(1n, 'a', 5), pay(2n, null, 6)])).toEqual({
      sql:
        'update `p` set `status` = ?, `by` = coalesce((case `id` when ? then ? when ? then ? end), `by`), ' +
        '`at` = (case `id` when ? then ? when ? then ? end) where `status` = ? and `id` in (?, ?)',
      values: ['paid', 1n, 'a', 2n, null, 1n, 5, 2n, 6, 'unpaid', 1n, 2n],
      counts: true,
    })
  })

  it.each([
    ['find their rows in another state as well', [update('paid', 1n, 'unpaid'), update('paid', 2n, 'closed')]],
    ['differ in something that is no key', [update('paid', 1n, 'unpaid'), update('paid', 1n, 'closed')]],
    ['differ in what they set to one row', [update('paid', 1n, 'unpaid'), update('closed', 1n, 'unpaid')]],
    ['change all rows', [1n, 2n].map((by) => ({ sql: 'update `o` set `by` = ?', values: [by] }))],
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
