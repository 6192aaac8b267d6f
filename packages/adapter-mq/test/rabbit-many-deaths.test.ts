import { writePayResultMessage } from '@coursepay/core/ports'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deadLetterQueueOf } from '../src/index.js'
import { heldHandler, until } from './support/consumer.js'
import { sampleMessage } from './support/messages.js'
import { openCorner, type RabbitCorner, rabbit } from './support/rabbit.js'
import { named } from './support/services.js'

/** More than the 20 that RabbitMQ 4 allows a quorum queue when nothing else is said. */
const DEATHS = 25

describe.skipIf(rabbit.missing)(named('more deaths than RabbitMQ 4 allows by default', rabbit), () => {
  let corner: RabbitCorner
  beforeEach(async () => {
    corner = await openCorner()
  })
  afterEach(() => corner.dispose())

  const [culprit, harmless] = [sampleMessage(1), sampleMessage(2)]
  const deadQueue = () => deadLetterQueueOf(corner.queue)

  it('given a message at which its consumer would die 25 times, then it is a dead letter after three, and the next is handled', async () => {
    const wire = await corner.proxy()
    const { subscriber } = await corner.openOverProxy()
    const work = heldHandler()
    const handled: string[] = []
    await subscriber.subscribe(corner.queue, async ({ id }) => {
      if (id !== culprit.id || work.running() === DEATHS) return void handled.push(id)
      setImmediate(() => wire.cut())
      await work.handle()
    })
    for (const message of [culprit, harmless]) {
      await corner.put(corner.queue, writePayResultMessage(message), { persistent: true })
    }
    await until(async () => (await corner.count(deadQueue())) === 1 && handled.length === 1)
    expect(handled).toEqual([harmless.id])
    expect(work.running()).toBe(3)
    work.endAll()
  })

  it('given a dead letter whose consumer dies 25 times, then it is still there', async () => {
    const { subscriber } = await corner.open()
    const subscription = await subscriber.subscribe(corner.queue, async () => {})
    await corner.put(deadQueue(), writePayResultMessage(culprit), { persistent: true })
    for (let death = 1; death <= DEATHS; death += 1) {
      // A channel that closes requeues what was not acknowledged.
      await until(() => corner.beside(async (channel) => (await channel.get(deadQueue())) !== false))
    }
    await subscription.stop()
    expect(await corner.drain(deadQueue())).toHaveLength(1)
  })
})
