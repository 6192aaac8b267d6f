import { systemScheduler } from '@coursepay/core/assembly'
import SqliteDriver from 'better-sqlite3'
import { expect, it, onTestFinished } from 'vitest'
import { sql } from '../src/sql/sql.js'
import { openDatabaseFile } from '../src/sqlite/database-file.js'
import { GroupWriter, type TransactionFunction } from '../src/sqlite/group-writer.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

/** A job that notes texts. */
const insertionOf =
  (...texts: readonly string[]): TransactionFunction<void> =>
  ({ run }) => {
    for (const text of texts) run(sql`INSERT INTO note VALUES (${text})`)
  }

async function openWriter(busyTimeoutMs = 5_000) {
  const file = temporaryDatabaseFile()
  const policy = { scheduler: systemScheduler, busyTimeoutMs }
  const database = await openDatabaseFile(file, policy)
  const { connection } = database
  /** Sees what is committed, and nothing else. */
  const reader = new SqliteDriver(file, { readonly: true })
  connection.exec('CREATE TABLE note (text TEXT UNIQUE) STRICT')
  const commits: string[] = []
  const prepare = connection.prepare.bind(connection)
  connection.prepare = ((sql: string) => {
    const statement = prepare(sql)
    if (sql !== 'COMMIT') return statement
    const run = statement.run.bind(statement)
    statement.run = (...values) => {
      commits.push(sql)
      return run(...values)
    }
    return statement
  }) as typeof prepare
  const writer = new GroupWriter(database, policy)
  onTestFinished(async () => {
    await writer.close()
    reader.close()
    connection.close()
  })
  const note = (text: string) => writer.run(insertionOf(text))
  const notes = () => reader.prepare('SELECT text FROM note ORDER BY text').pluck().all()
  return { file, connection, writer, commits, note, notes }
}

it('callers of one turn share a commit, and a long queue has several', async () => {
  const { commits, note, notes } = await openWriter()
  await Promise.all(['a', 'b', 'c'].map(note))
  expect(commits).toHaveLength(1)
  await Promise.all(Array.from({ length: 130 }, (_, index) => note(`n${index}`)))
  expect(commits).toHaveLength(4)
  expect(notes()).toHaveLength(133)
})

it('nobody is answered before the commit', async () => {
  const { writer, note, notes } = await openWriter()
  const seen = note('a').then(notes)
  const seenByFailed = writer
    .run(() => {
      throw new Error('refused')
    })
    .catch(notes)
  expect(await seen).toEqual(['a'])
  expect(await seenByFailed).toEqual(['a'])
})

it('a job that fails takes back its own writes alone', async () => {
  const { writer, note, notes } = await openWriter()
  const first = note('a')
  const failing = writer.run(insertionOf('taken back', 'a'))
  const outcomes = await Promise.allSettled([first, failing, note('b')])
  expect(outcomes).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { code: 'state_conflict' } },
    { status: 'fulfilled' },
  ])
  expect(notes()).toEqual(['a', 'b'])
})

it('a job that fails before it writes lets the others run once', async () => {
  const { writer, note, notes } = await openWriter()
  let runs = 0
  const counted = writer.run(() => {
    runs += 1
  })
  const outcomes = await Promise.allSettled([note('a'), counted, note('a'), note('b')])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect(runs).toBe(1)
  expect(notes()).toEqual(['a', 'b'])
})

it('a transaction that SQLite rolled back fails all its jobs, and none is written alone', async () => {
  const { connection, writer, note, notes } = await openWriter()
  const breaking = writer.run(() => {
    connection.exec('ROLLBACK')
    throw new Error('disk full')
  })
  const outcomes = await Promise.allSettled([note('a'), breaking, note('b')])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  for (const each of outcomes) expect(each).toMatchObject({ reason: { code: 'store_unavailable' } })
  await note('c')
  expect(notes()).toEqual(['c'])
})

it('the lock of another process is waited for without stopping the event loop, until the time is over', async () => {
  const { file, note, notes } = await openWriter(200)
  const other = new SqliteDriver(file)
  onTestFinished(() => void other.close())
  other.exec('BEGIN IMMEDIATE')
  let turns = 0
  const turning = setInterval(() => (turns += 1), 1)
  await expect(note('late')).rejects.toMatchObject({ code: 'store_unavailable' })
  clearInterval(turning)
  expect(turns).toBeGreaterThan(10)
  const waiting = note('a')
  await new Promise(setImmediate)
  other.exec('ROLLBACK')
  await waiting
  expect(notes()).toEqual(['a'])
})
