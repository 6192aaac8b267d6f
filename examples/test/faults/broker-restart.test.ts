import { openRabbitBroker } from '@coursepay/adapter-mq'
import { openDatabase } from '@coursepay/adapter-sql'
import { createWorker, defaultRelaySettings, mostSentTwice, relayOutbox, systemScheduler } from '@coursepay/core'
import { expect, it, onTestFinished } from 'vitest'
import { sqliteFiles } from '../support/databases.js'
import { ownRabbitMissing, startOwnRabbit } from './support/own-rabbit.js'
import { numbered } from './support/relay-scene.js'

const MESSAGES = 10_000
const UNIT = 500
const PREFETCH = 10
const QUEUE = 'readers'

async function open() {
  const started = new AsyncDisposableStack()
  onTestFinished(() => started.disposeAsync())
  const rabbit = started.use(await startOwnRabbit())
  const files = started.use(await sqliteFiles())
  const database = started.adopt(await openDatabase({ url: await files.open('outbox') }), (opened) => opened.close())
  await database.migrate()
  const reconnect = { firstMs: 50, longestMs: 500 }
  const broker = started.adopt(await openRabbitBroker({ url: rabbit.url, prefetch: PREFETCH, reconnect }), (opened) =>
    opened.close(),
  )
  return { rabbit, database, broker, started }
}

it.skipIf(ownRabbitMissing !== null)(
  `given ${MESSAGES} messages, when the broker is killed at a third and at half of them, then none is lost and few come twice`,
  async () => {
    const { rabbit, database, broker, started } = await open()
    for (let first = 1; first <= MESSAGES; first += UNIT) {
      await database.orderUnitOfWork.run(async ({ outbox }) => {
        for (let number = first; number < first + UNIT; number += 1) await outbox.append(numbered(number))
      })
    }
    const seen = new Set<string>()
    let read = 0
    let downs = 0
    const all = Promise.withResolvers<void>()
    const restarts: Promise<void>[] = []
    const restart = async () => {
      await rabbit.crash()
      await rabbit.start()
    }
    await broker.subscriber.subscribe(QUEUE, async ({ id }) => {
      read += 1
      seen.add(id)
      const due = [MESSAGES / 3, MESSAGES / 2][downs]
      if (due !== undefined && seen.size >= due) {
        downs += 1
        restarts.push(restart())
      }
      if (seen.size === MESSAGES) all.resolve()
    })
    const relay = createWorker(
      { runOnce: relayOutbox(database.orderStores.outbox, broker.publisher), intervalMs: 100, onError: () => {} },
      systemScheduler,
    )
    started.defer(() => relay.stop())
    relay.start()
    await all.promise
    await Promise.all(restarts)
    await expect.poll(() => database.outboxInspection.backlog(), { timeout: 30_000 }).toMatchObject({ waiting: 0 })

    // A kill leaves at most one round of the relay without confirms, and at most the prefetched ones unacknowledged.
    const bound = downs * (mostSentTwice(defaultRelaySettings) + PREFETCH)
    const twice = read - seen.size
    console.info(`broker killed ${downs} times: ${seen.size} messages, ${twice} of them came again (at most ${bound})`)
    expect(downs).toBe(2)
    expect(seen.size).toBe(MESSAGES)
    expect(twice).toBeLessThanOrEqual(bound)
    expect(await broker.deadLetters.count(QUEUE)).toBe(0)
  },
)
