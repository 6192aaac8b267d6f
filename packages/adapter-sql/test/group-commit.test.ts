import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CheckoutError } from '@coursepay/core'
import { expect, it } from 'vitest'
import type { SqlSession } from '../src/sql/session.js'
import { param, statement } from '../src/sql/statement.js'
import { groupCommitHarness } from './support/group-commit-harness.js'

const insertNote = statement(({ sql }) => sql('note').insert({ text: param('text') }))
const findNote = statement(({ sql }) => sql('note').where('text', param('text')))

const write = (text: string) => (session: SqlSession) => session.run(insertNote, { text })

it('commits once for all callers of one turn', async () => {
  const { commits, statements, storedNotes } = groupCommitHarness()
  const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => commits.run(write(text))))
  expect(answers).toEqual([1, 1, 1, 1, 1])
  expect(storedNotes()).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(1)
})

it('lets callers join who come a little later in the same turn', async () => {
  const { commits, statements } = groupCommitHarness()
  const first = commits.run(write('first'))
  for (let tick = 0; tick < 100; tick += 1) await null
  await Promise.all([first, commits.run(write('later'))])
  expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(1)
})

it('divides a long queue into several commits', async () => {
  const { commits, statements, storedNotes } = groupCommitHarness()
  await Promise.all(Array.from({ length: 150 }, (_, index) => commits.run(write(`note ${index}`))))
  expect(storedNotes()).toHaveLength(150)
  expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(3)
})

it('answers nobody before the commit', async () => {
  const { commits, statements } = groupCommitHarness()
  const statementsAtAnswer = await Promise.all(
    ['a', 'b'].map(async (text) => {
      await commits.run(write(text))
      return [...statements]
    }),
  )
  for (const seen of statementsAtAnswer) expect(seen.at(-1)).toBe('COMMIT')
})

it('tells also of a failure only after the commit, since it may rest on what another unit of the group wrote', async () => {
  const { commits, statements } = groupCommitHarness()
  const first = commits.run(write('a'))
  const failed = commits.run(async (session) => {
    if ((await session.get(findNote, { text: 'a' })) !== undefined) throw new Error('a is there')
  })
  await expect(failed).rejects.toThrow('a is there')
  expect(statements.at(-1)).toBe('COMMIT')
  await first
})

it('takes back a failed unit alone, and lets its error out unchanged', async () => {
  const { commits, storedNotes } = groupCommitHarness()
  const error = new CheckoutError('order_closed', 'This order is closed.')
  const failed = commits.run(async (session) => {
    await write('of the failed one')(session)
    throw error
  })
  const others = Promise.all(['before', 'after'].map((text) => commits.run(write(text))))
  await expect(failed).rejects.toBe(error)
  await others
  expect(storedNotes()).toEqual(['after', 'before'])
})

it('serves the others when a unit throws before it returns a promise', async () => {
  const { commits, storedNotes } = groupCommitHarness()
  const failed = commits.run(() => {
    throw new Error('at once')
  })
  const other = commits.run(write('a'))
  await expect(failed).rejects.toThrow('at once')
  await other
  expect(storedNotes()).toEqual(['a'])
})

it('turns a unique key that exists into state_conflict, and lets the unit go on', async () => {
  const { commits, storedNotes } = groupCommitHarness()
  await commits.run(write('a'))
  await commits.run(async (session) => {
    await expect(write('a')(session)).rejects.toMatchObject({ code: 'state_conflict' })
    await write('b')(session)
  })
  expect(storedNotes()).toEqual(['a', 'b'])
})

it('fails the whole group with store_unavailable when the commit fails, and writes nothing', async () => {
  const { commits, connection, storedNotes } = groupCommitHarness()
  connection.exec('CREATE TABLE line (note TEXT REFERENCES note (text) DEFERRABLE INITIALLY DEFERRED) STRICT')
  const insertLine = statement(({ sql }) => sql('line').insert({ note: param('note') }))
  const group = [
    commits.run(write('a')),
    commits.run((session) => session.run(insertLine, { note: 'not there' })),
    commits.run(async () => Promise.reject(new Error('of the unit itself'))),
  ]
  for (const answer of await Promise.allSettled(group)) {
    expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } })
  }
  expect(storedNotes()).toEqual([])
  await commits.run(write('the next group'))
  expect(storedNotes()).toEqual(['the next group'])
})

it('fails the whole group when SQLite gave up the transaction, and writes nothing alone', async () => {
  const { commits, connection, storedNotes } = groupCommitHarness()
  const group = [
    commits.run(write('a')),
    commits.run(async (session) => {
      connection.exec('ROLLBACK')
      await write('alone')(session).catch(() => null)
    }),
    commits.run(write('b')),
  ]
  for (const answer of await Promise.allSettled(group)) {
    expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } })
  }
  expect(storedNotes()).toEqual([])
})

it('tells a unit that waits for another one inside itself, and goes on', async () => {
  const { commits, storedNotes } = groupCommitHarness()
  const nested = commits.run(async (session) => {
    await write('outer')(session)
    await commits.run(write('inner'))
  })
  await expect(nested).rejects.toThrow(/inside itself/)
  await commits.run(write('next'))
  expect(storedNotes()).toEqual(['next'])
})

it('runs a unit that was begun inside another one, and not waited for, after it', async () => {
  const { commits, storedNotes } = groupCommitHarness()
  const inner: Promise<unknown>[] = []
  await commits.run(async (session) => {
    inner.push(commits.run(write('inner')))
    await write('outer')(session)
  })
  await Promise.all(inner)
  expect(storedNotes()).toEqual(['inner', 'outer'])
})

it('refuses a session after its unit has ended', async () => {
  const { commits, storedNotes } = groupCommitHarness()
  const kept: SqlSession[] = []
  await commits.run(async (session) => kept.push(session))
  for (const session of kept) await expect(write('late')(session)).rejects.toThrow(/after the unit had ended/)
  expect(storedNotes()).toEqual([])
})

it('keeps the context of each caller', async () => {
  const { commits } = groupCommitHarness()
  const request = new AsyncLocalStorage<string>()
  const seen = await Promise.all(
    ['a', 'b'].map((name) => request.run(name, () => commits.run(async () => request.getStore()))),
  )
  expect(seen).toEqual(['a', 'b'])
})

it('waits for the lock of another process without stopping the event loop', async () => {
  const waiting: (() => void)[] = []
  const { commits, other, storedNotes } = groupCommitHarness({
    scheduler: {
      schedule(_, task) {
        waiting.push(task)
        return () => {}
      },
    },
  })
  other.exec('BEGIN IMMEDIATE')
  const answer = commits.run(write('a'))
  while (waiting.length < 1) await nextTurn()
  waiting.pop()?.()
  while (waiting.length < 1) await nextTurn()
  other.exec('COMMIT')
  waiting.pop()?.()
  await answer
  expect(storedNotes()).toEqual(['a'])
})

it('gives up with store_unavailable when another process holds the lock for too long', async () => {
  const { commits, other, storedNotes } = groupCommitHarness({ busyTimeoutMs: 20 })
  other.exec('BEGIN IMMEDIATE')
  const answers = await Promise.allSettled(['a', 'b'].map((text) => commits.run(write(text))))
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } })
  }
  other.exec('COMMIT')
  await commits.run(write('c'))
  expect(storedNotes()).toEqual(['c'])
})

it('does what was asked for before it was closed, and nothing after', async () => {
  const { commits, storedNotes } = groupCommitHarness()
  const asked = commits.run(write('a'))
  await commits.close()
  expect(storedNotes()).toEqual(['a'])
  await asked
  await expect(commits.run(write('b'))).rejects.toMatchObject({ code: 'store_unavailable' })
})
