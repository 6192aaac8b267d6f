import { openRabbitBroker } from '@coursepay/adapter-mq'
import { defaultRelaySettings, maxDuplicates } from '@coursepay/core/assembly'
import { expect, it, onTestFinished } from 'vitest'
import { ownRabbitMissing, ownRabbitName, startOwnRabbit } from '../../src/apps/soak/servers/own-rabbit.js'
import { named } from '../support/services.js'
import { until } from '../support/until.js'
import { countedReader } from './support/counted-reader.js'
import { relayedOutbox } from './support/relayed-outbox.js'

const MESSAGES = 10_000
const PREFETCH = 10
const QUEUE = 'readers'

async function open() {
  const started = new AsyncDisposableStack()
  onTestFinished(() => started.disposeAsync())
  const rabbit = started.use(await startOwnRabbit())
  const reconnect = { minMs: 50, maxMs: 500 }
  const broker = started.adopt(await openRabbitBroker({ url: rabbit.url, prefetch: PREFETCH, reconnect }), (opened) =>
    opened.close(),
  )
  const reader = await countedReader(broker.subscriber, QUEUE)
  return { rabbit, broker, reader, outbox: started.use(await relayedOutbox(broker.publisher)) }
}

it.skipIf(ownRabbitMissing !== null)(
  named(
    `given ${MESSAGES} messages, when the broker is killed at a third and at half of them, then none is lost and few come twice`,
    { name: ownRabbitName, url: '', missing: ownRabbitMissing },
  ),
  async () => {
    const { rabbit, broker, reader, outbox } = await open()
    await until(() => rabbit.knows(QUEUE), Boolean)
    await outbox.write(MESSAGES)
    const downs = [Math.round(MESSAGES / 3), MESSAGES / 2]
    for (const due of downs) {
      await reader.reaches(due)
      await rabbit.crash()
      await rabbit.start()
    }
    await reader.reaches(MESSAGES)
    await outbox.empty()
    // One more, behind whatever comes again.
    await outbox.write(1)
    await reader.reaches(MESSAGES + 1)

    // A kill leaves at most one round of the relay without confirms, and at most the prefetched ones unacknowledged.
    const bound = downs.length * (maxDuplicates(defaultRelaySettings) + PREFETCH)
    console.info(
      `broker killed ${downs.length} times: ${MESSAGES} messages, ${reader.again()} of them came again (at most ${bound})`,
    )
    expect(reader.again()).toBeLessThanOrEqual(bound)
    expect(await broker.deadLetters.count(QUEUE)).toBe(0)
  },
)
