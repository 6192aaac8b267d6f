import type { Progress } from '../harness/progress.js'
import type { DatabaseKind, OwnDatabase } from './own-database.js'
import { goodsRow, MESSAGES, messageRow, orderId, orderRow, payNo, payRow, type Row } from './rows.js'

/** Numbers that no purchase of a slice has. */
const OLD = 100_000_000
const SECOND_ATTEMPT = 1_000_000_000_000n
/** So many are made here; the database makes the rest. */
const MADE_HERE = 5_000

/** Rows of one table whose key goes up with the number of the purchase. */
interface Range {
  readonly table: string
  readonly key: string
  readonly first: bigint
  row(n: number): Row
  /** True for the numbers that have a row; all, when it is not there. */
  has?(n: number): boolean
}

const ranges: readonly Range[] = [
  { table: 'xc_orders', key: 'id', first: orderId(OLD), row: (n) => orderRow(n, '600002') },
  { table: 'xc_orders_goods', key: 'order_id', first: orderId(OLD), row: goodsRow },
  { table: 'xc_pay_record', key: 'pay_no', first: payNo(OLD), row: (n) => payRow(n, payNo(n), '601002') },
  {
    table: 'xc_pay_record',
    key: 'pay_no',
    first: payNo(OLD) + SECOND_ATTEMPT,
    row: (n) => payRow(n, payNo(n) + SECOND_ATTEMPT, '601004'),
  },
  {
    table: 'mq_message',
    key: 'id',
    first: MESSAGES + BigInt(OLD),
    row: (n) => messageRow(n, MESSAGES + BigInt(n)),
    has: (n) => n % 5 === 0,
  },
]

/**
 * Paid orders of the past with two attempts each, and one message in five that still waits. Tokens are as random as
 * real ones: a new one goes anywhere in its index.
 */
export async function fillPast(database: OwnDatabase, orders: number, progress: Progress): Promise<void> {
  const made = Math.min(MADE_HERE, orders)
  const numbers = Array.from({ length: made }, (_, index) => OLD + index)
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
function copySql(kind: DatabaseKind, { table, key, first, row }: Range, count: number, by: number): string {
  const columns = Object.keys(row(OLD))
  const moved = columns.map((column) => movedBy(kind, column, key, by))
  const end = first + BigInt(count)
  return `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${moved.join(', ')} FROM ${table} WHERE ${key} >= ${first} AND ${key} < ${end}`
}

function movedBy(kind: DatabaseKind, column: string, key: string, by: number): string {
  const text = kind === 'sqlite' ? 'TEXT' : 'CHAR'
  const whole = kind === 'sqlite' ? 'INTEGER' : 'SIGNED'
  if (column === key || column === 'order_id') return `${column} + ${by}`
  if (column === 'out_business_id' || column === 'business_key1') {
    return `CAST(CAST(${column} AS ${whole}) + ${by} AS ${text})`
  }
  if (column !== 'token') return column
  return kind === 'sqlite' ? 'lower(hex(randomblob(11)))' : `LEFT(MD5(${key} + ${by}), 22)`
}

/** A server whose memory is smaller than the index would read a page for each token; it sorts them once instead. */
async function withoutTokenIndex(database: OwnDatabase, work: () => Promise<void>): Promise<void> {
  if (database.kind === 'sqlite') {
    await database.run('PRAGMA cache_size = -1000000')
    await work()
    return database.run('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA cache_size = -2000')
  }
  await database.run('ALTER TABLE xc_pay_record DROP INDEX token')
  await work()
  await database.run('ALTER TABLE xc_pay_record ADD UNIQUE (token)')
}
