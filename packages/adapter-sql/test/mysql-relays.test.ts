import { messageId } from '@coursepay/core'
import { sampleId, sampleMessage, sampleOrder } from '@coursepay/core/contracts'
import { beforeAll, expect, it } from 'vitest'
import type { Database } from '../src/database.js'
import { mysqlDatabases } from './support/mysql-databases.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'

const RELAYS = 4
const WRITERS = 4
const MESSAGES = 3_000
const LEASE_MS = 60_000

const test = mysqlTestDatabase()
const open = mysqlDatabases(test)

/** Units as a payment makes them: an order and its message. */
async function write(database: Database, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    await database.orderUnitOfWork.run(async ({ orders, outbox }) => {
      await orders.insertOrRead(sampleOrder(number))
      await outbox.append(sampleMessage(1, { id: messageId(sampleId(number)) }))
    })
  }
}

describeOnMysql('several relays on one MySQL', () => {
  beforeAll(async () => {
    await (await open()).migrate()
  })

  it('hands no message out twice, beside writers', { timeout: 60_000 }, async () => {
    const relays = await Promise.all(Array.from({ length: RELAYS }, () => open({ query: 'pool=4' })))
    const writers = await Promise.all(Array.from({ length: WRITERS }, () => open({ query: 'pool=1' })))
    const delivered: string[] = []
    const lost: string[] = []

    const relay = async ({ orderStores: { outbox } }: Database) => {
      while (delivered.length < MESSAGES) {
        const claimed = await outbox.claim(50, LEASE_MS)
        const answers = await Promise.all(claimed.map((claim) => outbox.delivered(claim)))
        for (const [index, { message }] of claimed.entries()) {
          if (answers[index] === true) delivered.push(message.id)
          else lost.push(message.id)
        }
      }
    }
    const all = Array.from({ length: MESSAGES }, (_, index) => index)
    await Promise.all([
      ...relays.map(relay),
      ...writers.map((writer, place) =>
        write(
          writer,
          all.filter((number) => number % WRITERS === place),
        ),
      ),
    ])
    expect(lost).toEqual([])
    expect(delivered).toHaveLength(MESSAGES)
    expect(new Set(delivered).size).toBe(MESSAGES)
    expect(await test.rows('SELECT id FROM mq_message')).toEqual([])
  })

  it('claims past a message that a checkout has not committed yet, and never waits for it', async () => {
    const [checkout, relay] = [await open(), await open()]
    const [open1, committed] = [messageId(sampleId(9_001)), messageId(sampleId(9_002))]
    await checkout.orderUnitOfWork.run(async ({ outbox }) => {
      await outbox.append(sampleMessage(1, { id: open1 }))
      await relay.orderStores.outbox.append(sampleMessage(1, { id: committed }))
      const claimed = await relay.orderStores.outbox.claim(10, LEASE_MS)
      expect(claimed.map(({ message }) => message.id)).toEqual([committed])
    })
    const claimed = await relay.orderStores.outbox.claim(10, LEASE_MS)
    expect(claimed.map(({ message }) => message.id)).toEqual([open1])
  })

  it('keeps no checkout waiting while a claim is open', async () => {
    const database = await open({ busyTimeoutMs: 1_000 })
    await database.orderStores.outbox.append(sampleMessage(1))
    const claimer = await test.connect()
    await claimer.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
    await claimer.query('BEGIN')
    await claimer.query(
      'SELECT id FROM mq_message WHERE dead_at IS NULL AND available_at <= 9e12 ORDER BY available_at, id LIMIT 50 FOR UPDATE SKIP LOCKED',
    )
    await database.orderStores.outbox.append(sampleMessage(2))
    await claimer.query('ROLLBACK')
    expect(database.conflictRetries()).toBe(0)
  })
})
