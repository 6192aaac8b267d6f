import { openDatabase } from '@coursepay/adapter-sql'
import { createWorker, type MessagePublisher, relayOutbox, systemScheduler } from '@coursepay/core'
import { sqliteFiles } from '../../support/databases.js'
import { until } from '../../support/until.js'
import { numbered } from './relay-scene.js'

const UNIT = 500

/** An outbox on SQLite, and a relay in this process that carries it to a publisher. */
export interface RelayedOutbox extends AsyncDisposable {
  /** Commits this many more messages. */
  write(count: number): Promise<void>
  /** How many the publisher has said to be confirmed. */
  confirms(): number
  /** How many have not been delivered. */
  waiting(): Promise<number>
  /** Resolves when everything was delivered. */
  empty(): Promise<void>
}

export async function relayedOutbox(publisher: MessagePublisher): Promise<RelayedOutbox> {
  await using started = new AsyncDisposableStack()
  const files = started.use(await sqliteFiles())
  const database = started.adopt(await openDatabase({ url: await files.open('outbox') }), (opened) => opened.close())
  await database.migrate()
  let confirms = 0
  const watched: MessagePublisher = {
    ...publisher,
    async publish(message) {
      const outcome = await publisher.publish(message)
      if (outcome.kind === 'confirmed') confirms += 1
      return outcome
    },
  }
  const runOnce = relayOutbox(database.orderStores.outbox, watched)
  const relay = createWorker({ runOnce, intervalMs: 100, onError: () => {} }, systemScheduler)
  started.defer(() => relay.stop())
  relay.start()
  const waiting = async () => (await database.outboxInspection.backlog()).waiting
  let written = 0
  const all = started.move()
  return {
    async write(count) {
      for (const end = written + count; written < end; written = Math.min(end, written + UNIT)) {
        await database.orderUnitOfWork.run(async ({ outbox }) => {
          for (let number = written + 1; number <= Math.min(end, written + UNIT); number += 1)
            await outbox.append(numbered(number))
        })
      }
    },
    confirms: () => confirms,
    waiting,
    empty: async () => void (await until(waiting, (left) => left === 0)),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
