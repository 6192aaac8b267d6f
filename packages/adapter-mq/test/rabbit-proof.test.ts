import { generateKeyPairSync } from 'node:crypto'
import { writePayResultMessage } from '@coursepay/core/ports'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deadLetterQueueOf } from '../src/index.js'
import { consumeQueue, until } from './support/consumer.js'
import { sampleMessage } from './support/messages.js'
import { openCorner, type RabbitCorner, rabbit } from './support/rabbit.js'
import { named } from './support/services.js'

function newKeys() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    signingKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    verifyKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  }
}

describe.skipIf(rabbit.missing)(named('signed messages', rabbit), () => {
  const { signingKey, verifyKey } = newKeys()
  let corner: RabbitCorner
  beforeEach(async () => {
    corner = await openCorner()
  })
  afterEach(() => corner.dispose())

  const body = (count: number) => writePayResultMessage(sampleMessage(count))
  const deadCount = () => corner.count(deadLetterQueueOf(corner.queue))
  const untilDead = (count: number) => until(async () => (await deadCount()) === count)

  it('given a consumer with a verify key, then only what the order service signed reaches its handler', async () => {
    const consumer = await corner.open({ verifyKey })
    const { got, called } = await consumeQueue(consumer, corner.queue)
    await corner.put(corner.queue, body(1))
    const stranger = await corner.open({ signingKey: newKeys().signingKey })
    await stranger.publisher.publish(sampleMessage(2))
    await untilDead(2)
    const orderService = await corner.open({ signingKey })
    await orderService.publisher.publish(sampleMessage(3))
    await called(1)
    expect(got.map(({ id }) => id)).toEqual([sampleMessage(3).id])
    const letters = await consumer.deadLetters.peek({ queue: corner.queue, limit: 10 })
    expect(letters.map(({ reason, body }) => [reason, body])).toEqual([
      ['the message has no proof in its header x-proof', body(1)],
      ['the proof in the header x-proof does not fit the body', body(2)],
    ])
  })

  it('given an optional proof, then a Java producer without one is heard and a forger is not', async () => {
    const consumer = await corner.open({ verifyKey, proof: 'optional' })
    const { got, called } = await consumeQueue(consumer, corner.queue)
    await corner.put(corner.queue, body(1), { headers: { 'x-proof': 'Zm9yZ2Vk' } })
    await corner.put(corner.queue, body(2))
    await called(1)
    await untilDead(1)
    expect(got.map(({ id }) => id)).toEqual([sampleMessage(2).id])
  })

  it('given a signed message that fails, then its proof holds on each try and after it is redriven', async () => {
    let tries = 0
    const broker = await corner.open({ signingKey, verifyKey })
    await consumeQueue(broker, corner.queue, async () => {
      tries += 1
      if (tries <= 3) throw new Error('not yet')
    })
    await broker.publisher.publish(sampleMessage(1))
    await untilDead(1)
    expect(tries).toBe(3)
    await broker.deadLetters.redrive({ queue: corner.queue, limit: 1 })
    await until(() => tries === 4)
    await untilDead(0)
  })
})
