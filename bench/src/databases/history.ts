import type { Progress } from '../harness/progress.js'
import type { BenchDatabase, DatabaseKind } from './bench-database.js'
import { goodsRow, MESSAGES, messageRow, orderId, orderRow, payNo, payRow, type Row } from './rows.js'

/** Numbers that no purchase of a slice has. */
const FIRST_OLD_NUMBER = 100_000_000
const SECOND_ATTEMPT_OFFSET = 1_000_000_000_000n
/** So many are made here; the database makes the rest. */
const MAX_INSERTED_ORDERS = 1_000

/** Rows of one table whose key goes up with the number of the purchase. */
interface KeyRange {
  readonly table: string
  readonly key: string
  readonly first: bigint
  row(n: number): Row
  /** True for the numbers that have a row; all, when it is not there. */
  has?(n: number): boolean
}

const ranges: readonly KeyRange[] = [
  { table: 'xc_orders', key: 'id', first: orderId(FIRST_OLD_NUMBER), row: (n) => orderRow(n, '600002') },
  { table: 'xc_orders_goods', key: 'order_id', first: orderId(FIRST_OLD_NUMBER), row: goodsRow },
  { table: 'xc_pay_record', key: 'pay_no', first: payNo(FIRST_OLD_NUMBER), row: (n) => payRow(n, payNo(n), '601002') },
  {
    table: 'xc_pay_record',
    key: 'pay_no',
    first: payNo(FIRST_OLD_NUMBER) + SECOND_ATTEMPT_OFFSET,
    row: (n) => payRow(n, payNo(n) + SECOND_ATTEMPT_OFFSET, '601004'),
  },
  {
    table: 'mq_message',
    key: 'id',
    first: MESSAGES + BigInt(FIRST_OLD_NUMBER),
    row: (n) => messageRow(n, MESSAGES + BigInt(n)),
    has: (n) => n % 5 === 0,
  },
]

/**
 * Paid orders of the past with two attempts each, and one message in five that still waits. Tokens are as random as
 * real ones: a new one goes anywhere in its index.
 */
export async function fillHistory(database: BenchDatabase, orders: number, progress: Progress): Promise<void> {
  const made = Math.min(MAX_INSERTED_ORDERS, orders)
  const numbers = Array.from({ length: made }, (_, index) => FIRST_OLD_NUMBER + index)
  for (const { table, row, has = () => true } of ranges) await database.insert(table, numbers.filter(has).map(row))
  await withoutTokenIndex(database, async () => {
    for (let have = made; have < orders; ) {
      const more = Math.min(have, orders - have)
      progress.step(`filling ${database.kind}: ${have} of ${orders} orders`)
      for (const range of ranges) await database.run(copySql(database.kind, range, more, have))
      have += more
    }
  })
}

/** The first `count` rows of a range once more, `by` numbers further on. */
function copySql(kind: DatabaseKind, { table, key, first, row }: KeyRange, count: number, by: number): string {
  const columns = Object.keys(row(FIRST_OLD_NUMBER))
  const moved = columns.map((column) => shiftedColumn(kind, column, key, by))
  const end = first + BigInt(count)
  return `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${moved.join(', ')} FROM ${table} WHERE ${key} >= ${first} AND ${key} < ${end}`
}

function shiftedColumn(kind: DatabaseKind, column: string, key: string, by: number): string {
  const text = kind === 'sqlite' ? 'TEXT' : 'CHAR'
  const whole = kind === 'sqlite' ? 'INTEGER' : 'SIGNED'
  if (column === key || column === 'order_id') return `${column} + ${by}`
  if (column === 'out_business_id' || column === 'business_key1') {
    return `CAST(CAST(${column} AS ${whole}) + ${by} AS ${text})`
  }
  if (column !== 'token') return column
  return kind === 'sqlite' ? 'lower(hex(randomblob(11)))' : `LEFT(SHA2(${key} + ${by}, 224), 22)`
}

/** A server whose memory is smaller than the index would read a page for each token; it sorts them once instead. */
async function withoutTokenIndex(database: BenchDatabase, work: () => Promise<void>): Promise<void> {
  if (database.kind === 'sqlite') {
    await database.run('PRAGMA cache_size = -1000000')
    await work()
    return database.run('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA cache_size = -2000')
  }
  await database.run('ALTER TABLE xc_pay_record DROP INDEX token')
  await work()
  await database.run('ALTER TABLE xc_pay_record ADD UNIQUE (token)')
}
