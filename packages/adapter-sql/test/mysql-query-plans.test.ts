import diagnostics from 'node:diagnostics_channel'
import { sampleMessage } from '@coursepay/core/contracts'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { initialTables } from '../src/schema/initial-tables.js'
import { callEverything, lookUpAtOnce } from './support/call-everything.js'
import { mysqlDatabases } from './support/mysql-databases.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'

const test = mysqlTestDatabase()
const open = mysqlDatabases(test)

interface Executed {
  readonly query: string
  readonly values: readonly unknown[]
}

/** Every statement that mysql2 runs until the test ends, prepared or one of several in a packet, as its own diagnostics tell of it. */
function watchStatements(): ReadonlyMap<string, Executed> {
  const seen = new Map<string, Executed>()
  const note = ({ query, values }: Executed) => seen.set(query, { query, values })
  const notePrepared = (event: unknown) => note(event as Executed)
  const noteTogether = (event: unknown) => {
    const statements = (event as Executed).query.split(';')
    for (const query of statements) if (/^(select|update|delete|insert)/.test(query)) note({ query, values: [] })
  }
  diagnostics.subscribe('tracing:mysql2:execute:start', notePrepared)
  diagnostics.subscribe('tracing:mysql2:query:start', noteTogether)
  onTestFinished(() => {
    diagnostics.unsubscribe('tracing:mysql2:execute:start', notePrepared)
    diagnostics.unsubscribe('tracing:mysql2:query:start', noteTogether)
  })
  return seen
}

const numbers = 'WITH RECURSIVE number AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM number WHERE n < 900)'

/** Rows enough that a plan without an index would show. */
async function fill(connection: Connection): Promise<void> {
  for (const { name, columns } of initialTables) {
    const filled = Object.entries(columns).filter(([, type]) => type !== 'counter' && !type.endsWith('?'))
    const values = filled.map(([, type]) => (type === 'bigint' ? 'n' : "CONCAT('v', n)"))
    const names = filled.map(([column]) => column)
    await connection.query(`INSERT INTO ${name} (${names}) ${numbers} SELECT ${values} FROM number`)
    await connection.query(`ANALYZE TABLE ${name}`)
  }
}

async function planOf(connection: Connection, { query, values }: Executed) {
  const [plan] = await connection.execute<RowDataPacket[]>(`EXPLAIN FORMAT=TRADITIONAL ${query}`, [...values] as never)
  return plan.map(({ type, key, Extra }) => `${type}, ${key}, ${Extra}`)
}

async function expectIndexes(connection: Connection, statements: readonly Executed[]): Promise<void> {
  for (const statement of statements) {
    // A thousand worker numbers at most, read once for each process.
    if (/worker_lease|^insert/.test(statement.query)) continue
    for (const step of await planOf(connection, statement)) {
      expect(`${step} in ${statement.query}`).not.toMatch(/^(ALL|index),|filesort|temporary/i)
    }
  }
}

describeOnMysql('query plans on MySQL', () => {
  beforeAll(async () => {
    await (await open()).migrate()
  })

  it('serves every statement by an index that also fits its order', async () => {
    const connection = await test.connect()
    await fill(connection)
    const database = await open()
    const executed = watchStatements()
    await callEverything(database)
    const statements = [...executed.values()]
    expect(statements.length).toBeGreaterThan(30)
    await expectIndexes(connection, statements)
  })

  it('serves look-ups of several rows at once by the same indexes', async () => {
    const connection = await test.connect()
    const database = await open()
    const executed = watchStatements()
    await lookUpAtOnce(database)
    const statements = [...executed.values()]
    expect(statements.filter(({ query }) => query.includes(' in ('))).toHaveLength(8)
    await expectIndexes(connection, statements)
  })

  it.each([
    ['one message', 1, 0],
    ['many due messages', 900, 0],
    ['a few due ones among many that are leased', 900, 890],
  ])('finds due messages by the index in its order: %s', async (_, count, leased) => {
    const connection = await test.connect()
    await connection.query('DELETE FROM mq_message')
    await connection.query(
      `INSERT INTO mq_message (id, message_type, business_key1, business_key2, create_date, available_at, claims, attempts)
       ${numbers} SELECT n, 't', 'k', 'k', n, IF(n <= ?, 9e12, n), 0, 0 FROM number WHERE n <= ?`,
      [leased, count],
    )
    await connection.query('ANALYZE TABLE mq_message')
    const database = await open()
    await database.orderStores.outbox.append(sampleMessage())
    const executed = watchStatements()
    await database.orderStores.outbox.claim(100, 60_000)
    const [find] = [...executed.values()].filter(({ query }) => /for update skip locked$/.test(query))
    const [step] = find === undefined ? [] : await planOf(connection, find)
    expect(step).toMatch(/^(ref|range), mq_message_by_dead_at_available_at_id, (?!.*(filesort|temporary))/)
  })
})
