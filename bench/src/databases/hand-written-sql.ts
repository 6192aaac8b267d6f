import SqliteDriver from 'better-sqlite3'
import { createPool, format, raw } from 'mysql2'
import { type BenchDatabase, insertSql } from './bench-database.js'
import {
  choiceId,
  choiceRow,
  courseTableRow,
  goodsRow,
  handledMessageRow,
  MESSAGES,
  messageRow,
  orderId,
  orderRow,
  payNo,
  payRow,
  type Row,
} from './rows.js'

/** The transactions of a purchase as one would write them by hand: prepared statements, durable, nothing else. */
export interface HandWrittenSql extends AsyncDisposable {
  /** The choice of a course. */
  choose(n: number): Promise<void>
  /** Order, goods and pay record of purchase `n`. */
  create(n: number): Promise<void>
  /** Order and pay record paid, and the message about it. */
  book(n: number): Promise<void>
  /** The choice granted, its entry of the course table, the message handled and gone. */
  grant(n: number): Promise<void>
}

type Values = readonly (string | number | bigint | null)[]
interface SqlStatement {
  readonly sql: string
  readonly values: Values
}

const insert = (table: string, row: Row): SqlStatement => ({ sql: insertSql(table, row), values: Object.values(row) })

const createSteps = (n: number): SqlStatement[] => [
  insert('xc_orders', orderRow(n)),
  insert('xc_orders_goods', goodsRow(n)),
  insert('xc_pay_record', payRow(n)),
]

const PAY_ORDER = "UPDATE xc_orders SET status = '600002' WHERE id = ? AND status = '600001'"
const PAY_RECORD =
  "UPDATE xc_pay_record SET status = '601002', out_pay_no = ?, out_pay_channel = 'Alipay', pay_success_time = ?, receipt = 'booked' WHERE pay_no = ? AND status = '601001'"

const bookSteps = (n: number): SqlStatement[] => [
  { sql: PAY_ORDER, values: [orderId(n)] },
  { sql: PAY_RECORD, values: [`trade-${n}`, Date.now(), payNo(n)] },
  insert('mq_message', messageRow(n, MESSAGES + BigInt(n))),
]

const GRANT_CHOICE =
  "UPDATE xc_choose_course SET status = '701001', validtime_start = ?, validtime_end = ? WHERE id = ? AND status = '701002'"

const grantSteps = (n: number): SqlStatement[] => [
  { sql: GRANT_CHOICE, values: [Date.now(), Date.now(), choiceId(n)] },
  insert('xc_course_tables', courseTableRow(n)),
  insert('handled_message', handledMessageRow(n)),
  { sql: 'DELETE FROM mq_message WHERE id = ?', values: [MESSAGES + BigInt(n)] },
]

const STATEMENTS_BY_STEP = {
  choose: (n: number) => [insert('xc_choose_course', choiceRow(n))],
  create: createSteps,
  book: bookSteps,
  grant: grantSteps,
}

export interface HandWrittenSqlOptions {
  /**
   * On MySQL a transaction is one packet, with its values in it, instead of prepared statements one after the other.
   */
  readonly inOnePacket?: boolean
}

export const handWrittenSql = (
  database: BenchDatabase,
  connections: number,
  options: HandWrittenSqlOptions = {},
): HandWrittenSql =>
  database.kind === 'sqlite' ? onSqlite(database.file) : onMysql(database.url, connections, options)

function onSqlite(file: string): HandWrittenSql {
  const connection = new SqliteDriver(file)
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  const prepared = new Map<string, SqliteDriver.Statement<unknown[]>>()
  const statement = (sql: string) => {
    const known = prepared.get(sql) ?? connection.prepare<unknown[]>(sql)
    prepared.set(sql, known)
    return known
  }
  const run = connection.transaction((steps: readonly SqlStatement[]) => {
    for (const { sql, values } of steps) {
      if (statement(sql).run(...values).changes !== 1) throw new Error(`No row changed by ${sql}`)
    }
  })
  return {
    choose: async (n) => run.immediate(STATEMENTS_BY_STEP.choose(n)),
    create: async (n) => run.immediate(STATEMENTS_BY_STEP.create(n)),
    book: async (n) => run.immediate(STATEMENTS_BY_STEP.book(n)),
    grant: async (n) => run.immediate(STATEMENTS_BY_STEP.grant(n)),
    async [Symbol.asyncDispose]() {
      connection.close()
    },
  }
}

function onMysql(url: string, connections: number, { inOnePacket = false }: HandWrittenSqlOptions): HandWrittenSql {
  const address = new URL(url)
  address.search = ''
  const settings = { connectionLimit: connections, supportBigNumbers: true, multipleStatements: inOnePacket }
  const pool = createPool({ uri: address.href, ...settings }).promise()
  const inText = ({ sql, values }: SqlStatement) => format(sql, values.map(inlineValue))
  async function runInOnePacket(steps: readonly SqlStatement[]): Promise<void> {
    await pool.query(['START TRANSACTION', ...steps.map(inText), 'COMMIT'].join(';'))
  }
  async function runOneByOne(steps: readonly SqlStatement[]): Promise<void> {
    const connection = await pool.getConnection()
    try {
      await connection.query('START TRANSACTION')
      // As text, which is how mysql2 sends a bigint.
      for (const { sql, values } of steps) {
        await connection.execute(
          sql,
          values.map((value) => (typeof value === 'bigint' ? String(value) : value)),
        )
      }
      await connection.query('COMMIT')
    } finally {
      connection.release()
    }
  }
  const run = inOnePacket ? runInOnePacket : runOneByOne
  return {
    choose: (n) => run(STATEMENTS_BY_STEP.choose(n)),
    create: (n) => run(STATEMENTS_BY_STEP.create(n)),
    book: (n) => run(STATEMENTS_BY_STEP.book(n)),
    grant: (n) => run(STATEMENTS_BY_STEP.grant(n)),
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

/** A bigint as digits: no index on a BIGINT fits a text. */
const inlineValue = (value: Values[number]) => (typeof value === 'bigint' ? raw(String(value)) : value)
