import { sampleMessage } from '@coursepay/core/contracts'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { Database } from '../src/database.js'
import { mysqlDatabases } from './support/mysql-databases.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'

const test = mysqlTestDatabase()
const open = mysqlDatabases(test)
const LEASE_MS = 60_000
const BATCH = 10

/** Messages due at one time after another, one of each number from `first`. */
async function due(first: number, count: number): Promise<void> {
  const connection = await test.connect()
  for (let n = first; n < first + count; n += 1) {
    await connection.query(
      `INSERT INTO mq_message (id, message_type, business_key1, business_key2, create_date, available_at, claims, attempts)
       VALUES (?, 't', 'k', 'k', ?, ?, 0, 0)`,
      [n, n, n],
    )
  }
}

const claim = async ({ orderStores }: Database, limit = BATCH) =>
  (await orderStores.outbox.claim(limit, LEASE_MS)).map(({ message }) => Number(message.id))

const numbers = (first: number, count: number) => Array.from({ length: count }, (_, place) => first + place)

describeOnMysql('claims of a busy relay on MySQL', () => {
  beforeAll(async () => {
    await (await open()).migrate()
  })
  beforeEach(async () => {
    await (await test.connect()).query('DELETE FROM mq_message')
  })

  it('given full claims one after the other, then each gets the next messages in their order', async () => {
    const database = await open()
    await due(1, 25)
    expect([await claim(database), await claim(database), await claim(database), await claim(database)]).toEqual([
      numbers(1, 10),
      numbers(11, 10),
      numbers(21, 5),
      [],
    ])
  })

  it('given messages of one millisecond, then none of them is left out between two claims', async () => {
    const database = await open()
    await due(1, 25)
    await (await test.connect()).query('UPDATE mq_message SET available_at = 7')
    const claimed = [...(await claim(database)), ...(await claim(database)), ...(await claim(database))]
    expect(claimed.toSorted((one, other) => one - other)).toEqual(numbers(1, 25))
  })

  it('given a message that turns up behind what was claimed, when there is less than a full claim, then it is claimed at once', async () => {
    const database = await open()
    await due(100, 15)
    expect(await claim(database)).toEqual(numbers(100, 10))
    await due(1, 1)
    expect(await claim(database)).toEqual([1, ...numbers(110, 5)])
  })

  it('given a message that turns up behind what was claimed, when there is always more, then it waits for ten claims at most', async () => {
    const database = await open()
    await due(100, 150)
    await claim(database)
    await due(1, 1)
    const seen: boolean[] = []
    for (let claims = 0; claims < 11; claims += 1) seen.push((await claim(database)).includes(1))
    expect(seen.filter(Boolean)).toHaveLength(1)
  })

  it('given a claim, then what it hands out is what stands in the table', async () => {
    const database = await open()
    const message = sampleMessage()
    await database.orderStores.outbox.append(message)
    const [first] = await database.orderStores.outbox.claim(1, 0)
    const [second] = await database.orderStores.outbox.claim(1, LEASE_MS)
    expect(second).toEqual({ message, token: second?.token, attempts: 0, claims: 2 })
    expect(first).toEqual({ ...second, token: first?.token, claims: 1 })
    const [rows] = await (await test.connect()).query('SELECT claim_token, claims FROM mq_message')
    expect(rows).toEqual([{ claim_token: second?.token, claims: '2' }])
  })
})
