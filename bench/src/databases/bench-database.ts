import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqlStore } from '@coursepay/adapter-sql'
import SqliteDriver from 'better-sqlite3'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import type { Row } from './rows.js'

export type DatabaseKind = 'sqlite' | 'mysql'

/** A migrated database of a benchmark's own; taken away with it. */
export interface BenchDatabase extends AsyncDisposable {
  readonly kind: DatabaseKind
  /** As `DATABASE_URL` has it. */
  readonly url: string
  /** Empty on a server. */
  readonly file: string
  insert(table: string, rows: readonly Row[]): Promise<void>
  /** The first column of the first row. */
  value(sql: string): Promise<number>
  run(sql: string): Promise<void>
  /** The first column of all rows. */
  texts(sql: string): Promise<string[]>
}

const MAX_ROWS_PER_INSERT = 500

export function openBenchDatabase(kind: DatabaseKind, mysqlUrl: string | null): Promise<BenchDatabase> {
  if (kind === 'sqlite') return sqliteDatabase()
  if (mysqlUrl === null) throw new Error('No MySQL server answers.')
  return mysqlDatabase(mysqlUrl)
}

async function migrate(url: string): Promise<void> {
  const store = await sqlStore({ url }).open()
  await store.close()
}

async function sqliteDatabase(): Promise<BenchDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'coursepay-bench-'))
  const file = join(folder, 'bench.db')
  await migrate(`sqlite:${file}`)
  const connection = new SqliteDriver(file)
  return {
    kind: 'sqlite',
    url: `sqlite:${file}`,
    file,
    async insert(table, rows) {
      const [first] = rows
      if (first === undefined) return
      const insert = connection.prepare(insertSql(table, first))
      connection.transaction(() => {
        for (const row of rows) insert.run(...Object.values(row))
      })()
    },
    value: async (sql) => Number(connection.prepare<[], number>(sql).pluck().get()),
    run: async (sql) => void connection.exec(sql),
    texts: async (sql) => connection.prepare<[], string>(sql).pluck().all(),
    async [Symbol.asyncDispose]() {
      connection.close()
      await rm(folder, { recursive: true })
    },
  }
}

async function mysqlDatabase(server: string): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(5).toString('hex')}`
  const url = new URL(`/${name}?pool=32`, server).href
  const connection = await createConnection({ uri: server, supportBigNumbers: true, multipleStatements: true })
  await connection.query(`CREATE DATABASE ${name}`)
  await connection.query(`USE ${name}`)
  await migrate(url)
  return {
    kind: 'mysql',
    url,
    file: '',
    async insert(table, rows) {
      const columns = Object.keys(rows[0] ?? {}).join(', ')
      for (let at = 0; at < rows.length; at += MAX_ROWS_PER_INSERT) {
        const values = rows.slice(at, at + MAX_ROWS_PER_INSERT).map((row) => Object.values(row))
        await connection.query(`INSERT INTO ${table} (${columns}) VALUES ?`, [values])
      }
    },
    async value(sql) {
      const [rows] = await connection.query(sql)
      return Number(Object.values(Array.isArray(rows) ? (rows[0] ?? {}) : {})[0])
    },
    run: async (sql) => void (await connection.query(sql)),
    async texts(sql) {
      const [rows] = await connection.query<RowDataPacket[]>(sql)
      return rows.map((row) => String(Object.values(row)[0]))
    },
    async [Symbol.asyncDispose]() {
      await connection.query(`DROP DATABASE ${name}`)
      await connection.end()
    },
  }
}

export const insertSql = (table: string, row: Row) =>
  `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row)
    .map(() => '?')
    .join(', ')})`

/** Product and version, such as `MariaDB 10.11.19`; null when no server answers. */
export async function readServerName(url: string): Promise<string | null> {
  const connection = await createConnection({ uri: url, connectTimeout: 3_000 }).catch(() => null)
  if (connection === null) return null
  try {
    const [[row]] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version')
    const text = String(row?.version)
    return `${/mariadb/i.test(text) ? 'MariaDB' : 'MySQL'} ${/\d+\.\d+\.\d+/.exec(text)?.[0] ?? text}`
  } finally {
    await connection.end()
  }
}
