import { messageId } from '@coursepay/core'
import { sampleCommit, sampleId, sampleMessage, sampleOrder } from '@coursepay/core/contracts'
import type { ClaimedMessage } from '@coursepay/core/ports'
import { beforeAll, expect, it } from 'vitest'
import type { OpenedSqlStore } from '../src/sql-store.js'
import { fillTables } from './support/fill-tables.js'
import { migrateOnce } from './support/migrated.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { mysqlStores } from './support/mysql-stores.js'

const [RELAYS, WRITERS, MESSAGES] = [4, 4, 3_000]
const LEASE_MS = 60_000

const test = mysqlTestDatabase()
const open = mysqlStores(test)

const acknowledge = (claimed: ClaimedMessage) => ({ kind: 'acknowledge', claimed }) as const

/** Commits as a payment makes them: an order and its message. */
const write = ({ orderStore }: OpenedSqlStore, number: number) =>
  orderStore.orders.commit(
    sampleCommit(null, sampleOrder(number), { messages: [sampleMessage(1, { id: messageId(sampleId(number)) })] }),
  )

/** Claims and acknowledges until nothing is due; answers what was delivered, and what went to another relay. */
async function relay({ orderStore: { outbox } }: OpenedSqlStore, isDone: () => boolean) {
  const delivered: string[] = []
  const lost: string[] = []
  for (;;) {
    const wasDone = isDone()
    const claimed = await outbox.claim(50, LEASE_MS)
    if (claimed.length === 0 && wasDone) return { delivered, lost }
    const held = await outbox.settle(claimed.map(acknowledge))
    for (const [index, { message }] of claimed.entries()) (held[index] ? delivered : lost).push(message.id)
  }
}

describeOnMysql('several relays on one MySQL', () => {
  beforeAll(async () => {
    await migrateOnce(test.url())
  })

  it('hand no message out twice, beside writers', { timeout: 60_000 }, async () => {
    const relays = await Promise.all(Array.from({ length: RELAYS }, () => open({ query: 'pool=4' })))
    const writers = await Promise.all(Array.from({ length: WRITERS }, () => open({ query: 'pool=2' })))
    let written = 0
    const numbers = Array.from({ length: MESSAGES }, (_, number) => number)
    const writing = writers.map(async (writer, index) => {
      for (let number = index; number < MESSAGES; number += 10 * WRITERS) {
        const some = numbers.filter(
          (each) => each >= number && each < number + 10 * WRITERS && each % WRITERS === index,
        )
        await Promise.all(some.map((each) => write(writer, each)))
        written += some.length
      }
    })
    const answers = await Promise.all([...relays.map((each) => relay(each, () => written === MESSAGES))])
    await Promise.all(writing)
    expect(answers.flatMap(({ lost }) => lost)).toEqual([])
    expect(new Set(answers.flatMap(({ delivered }) => delivered)).size).toBe(MESSAGES)
    expect(await test.rows('SELECT id FROM mq_message')).toEqual([])
  })

  it('share 900 messages that are due at once', async () => {
    await fillTables(await test.connect(), { mq_message: 900 })
    const relays = await Promise.all(Array.from({ length: RELAYS }, () => open({ query: 'pool=4' })))
    const claims = await Promise.all(relays.map(({ orderStore }) => orderStore.outbox.claim(200, LEASE_MS)))
    expect(claims.map((claimed) => claimed.length)).toEqual([200, 200, 200, 200])
    expect(new Set(claims.flat().map(({ message }) => message.id)).size).toBe(800)
  })

  it('claim past a message that a commit has locked, and never wait for it', async () => {
    await fillTables(await test.connect(), { mq_message: 3 })
    const { orderStore } = await open()
    const holder = await test.connect()
    await holder.query('BEGIN')
    await holder.query('SELECT id FROM mq_message WHERE id = 1 FOR UPDATE')
    expect((await orderStore.outbox.claim(10, LEASE_MS)).map(({ message }) => message.id)).toEqual(['2', '3'])
    await holder.query('ROLLBACK')
    expect((await orderStore.outbox.claim(10, LEASE_MS)).map(({ message }) => message.id)).toEqual(['1'])
  })

  it('keep no commit waiting while a claim is open', async () => {
    await fillTables(await test.connect(), { mq_message: 50 })
    const store = await open({ busyTimeoutMs: 1_000 })
    const claimer = await test.connect()
    await claimer.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
    await claimer.query('BEGIN')
    await claimer.query(
      'SELECT id FROM mq_message WHERE dead_at IS NULL AND available_at <= 9e12 ORDER BY available_at, id LIMIT 50 FOR UPDATE SKIP LOCKED',
    )
    expect(await write(store, 9_999)).toBe('committed')
    await claimer.query('ROLLBACK')
    expect(store.conflictRetries()).toBe(0)
  })
})
