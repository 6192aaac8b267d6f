import { sqlStore } from '@coursepay/adapter-sql'
import { createWorker, relayOutbox, systemScheduler } from '@coursepay/core/assembly'
import type { MessagePublisher } from '@coursepay/core/ports'
import { sqliteFiles } from '../../support/databases.js'
import { until } from '../../support/until.js'
import { appendMessages, numbered } from './relay-scene.js'

const BATCH = 500

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
  const store = started.adopt(await sqlStore({ url: await files.open('outbox') }).open(), (opened) => opened.close())
  let confirms = 0
  const watched: MessagePublisher = {
    ...publisher,
    async publish(message) {
      const outcome = await publisher.publish(message)
      if (outcome.kind === 'confirmed') confirms += 1
      return outcome
    },
  }
  const runOnce = relayOutbox(store.orderStore.outbox, watched)
  const relay = createWorker({ runOnce, intervalMs: 100, onError: () => {} }, systemScheduler)
  started.defer(() => relay.stop())
  relay.start()
  const waiting = async () => (await store.orderStore.outbox.backlog()).waiting
  let written = 0
  const all = started.move()
  return {
    async write(count) {
      for (const end = written + count; written < end; ) {
        const size = Math.min(BATCH, end - written)
        const first = written + 1
        await appendMessages(
          store,
          Array.from({ length: size }, (_, index) => numbered(first + index)),
        )
        written += size
      }
    },
    confirms: () => confirms,
    waiting,
    empty: async () => void (await until(waiting, (left) => left === 0)),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
