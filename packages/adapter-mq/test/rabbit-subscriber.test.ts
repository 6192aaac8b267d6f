import { PermanentFailure } from '@coursepay/core'
import { writePayResultMessage } from '@coursepay/core/ports'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deadLetterQueueOf, retryQueueOf } from '../src/index.js'
import { consumeQueue, heldHandler, until } from './support/consumer.js'
import { sampleMessage } from './support/messages.js'
import { openCorner, type RabbitCorner, rabbit } from './support/rabbit.js'
import { named } from './support/services.js'

const confirmed = { kind: 'confirmed' }
const failing = () => Promise.reject(new Error('the database is away'))

describe.skipIf(rabbit.missing)(named('the subscriber', rabbit), () => {
  let corner: RabbitCorner
  beforeEach(async () => {
    corner = await openCorner()
  })
  afterEach(() => corner.dispose())

  const body = (count = 1) => writePayResultMessage(sampleMessage(count))
  const deadLetters = () => corner.drain(deadLetterQueueOf(corner.queue))
  const isEmpty = async (queue: string) => (await corner.count(queue)) === 0
  const untilDead = (count: number) => until(async () => (await corner.count(deadLetterQueueOf(corner.queue))) >= count)

  it('given a handler that throws, then three tries one second apart, a dead letter with the reason, and the next message', async () => {
    const tries: { readonly id: string; readonly at: number }[] = []
    const broker = await corner.open()
    await broker.subscriber.subscribe(corner.queue, async ({ id }) => {
      tries.push({ id, at: Date.now() })
      if (id === sampleMessage(1).id) throw new Error('the database is away')
    })
    for (const count of [1, 2]) expect(await broker.publisher.publish(sampleMessage(count))).toEqual(confirmed)
    await untilDead(1)
    const times = tries.filter(({ id }) => id === sampleMessage(1).id).map(({ at }) => at)
    expect(times).toHaveLength(3)
    for (const [index, at] of times.slice(1).entries()) {
      const pause = at - (times[index] ?? 0)
      expect(pause).toBeGreaterThanOrEqual(990)
      expect(pause).toBeLessThan(2_500)
    }
    expect(tries.filter(({ id }) => id === sampleMessage(2).id)).toHaveLength(1)
    const [letter, ...more] = await deadLetters()
    expect(more).toEqual([])
    expect(letter?.content.toString()).toBe(body())
    expect(letter?.properties).toMatchObject({
      messageId: sampleMessage().id,
      type: 'payresult_notify',
      deliveryMode: 2,
    })
    expect(letter?.properties.headers).toMatchObject({
      error: 'the database is away',
      'original-queue': corner.queue,
      'app-attempt': 3,
      'failed-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    })
    expect(await isEmpty(corner.queue)).toBe(true)
    expect(await isEmpty(retryQueueOf(corner.queue))).toBe(true)
  })

  it('given a message that is copied to further queues by CC, then its second try is not', async () => {
    const other = `${corner.prefix}.other`
    await corner.bindQueue(other)
    await corner.beside((channel) => channel.unbindQueue(other, corner.exchange, ''))
    const broker = await corner.open()
    let tries = 0
    await consumeQueue(broker, corner.queue, async () => {
      tries += 1
      if (tries === 1) throw new Error('once')
    })
    await corner.put(corner.queue, body(), { CC: [other] })
    await until(() => tries === 2)
    expect(await corner.drain(other)).toHaveLength(1)
  })

  it('given a dead letter that would expire, then it does not', async () => {
    const broker = await corner.open()
    await consumeQueue(broker, corner.queue, () => Promise.reject(new PermanentFailure('no such choice')))
    await corner.put(corner.queue, body(), { expiration: '5000' })
    await untilDead(1)
    const [letter] = await deadLetters()
    expect(letter?.properties.expiration).toBeUndefined()
  })

  it('given a prefetch of two, then no third message is handed over while two are at work', async () => {
    const broker = await corner.open({ prefetch: 2 })
    const work = heldHandler()
    const { got } = await consumeQueue(broker, corner.queue, work.handle)
    for (const count of [1, 2, 3, 4, 5]) await broker.publisher.publish(sampleMessage(count))
    await until(() => work.running() === 2)
    // The broker counts only what is not handed out.
    await until(async () => (await corner.count(corner.queue)) === 3)
    expect(got).toHaveLength(2)
    work.endAll()
    await until(() => got.length === 4)
    work.endAll()
    await until(() => got.length === 5)
    work.endAll()
  })

  it('given a handler that throws before it returns a promise, then the channel lives', async () => {
    const broker = await corner.open()
    let calls = 0
    await broker.subscriber.subscribe(corner.queue, () => {
      calls += 1
      throw new PermanentFailure('at once')
    })
    for (const count of [1, 2]) await broker.publisher.publish(sampleMessage(count))
    await untilDead(2)
    expect(calls).toBe(2)
    expect(corner.events.filter(({ kind }) => kind === 'subscription_lost')).toEqual([])
  })

  it('given a queue that is deleted, then it is declared and read again', async () => {
    const broker = await corner.open()
    const { called } = await consumeQueue(broker, corner.queue)
    await corner.beside((channel) => channel.deleteQueue(corner.queue))
    await until(() => corner.events.filter(({ kind }) => kind === 'subscribed').length === 2)
    expect(corner.events).toContainEqual({
      kind: 'subscription_lost',
      queue: corner.queue,
      reason: 'the broker cancelled the consumer',
    })
    expect(await broker.publisher.publish(sampleMessage())).toEqual(confirmed)
    await called(1)
  })

  it('given a retry queue that was deleted, then it is declared again and no try is lost', async () => {
    const broker = await corner.open()
    const { called } = await consumeQueue(broker, corner.queue, failing)
    await corner.beside((channel) => channel.deleteQueue(retryQueueOf(corner.queue)))
    await broker.publisher.publish(sampleMessage())
    await called(3)
    await untilDead(1)
  })

  it('given a message whose consumer dies each time, then the broker dead-letters it after three deliveries', async () => {
    const wire = await corner.proxy()
    const broker = await corner.openOverProxy()
    const work = heldHandler()
    await consumeQueue(broker, corner.queue, work.handle)
    await corner.put(corner.queue, body(), { persistent: true })
    for (const deaths of [1, 2, 3]) {
      await until(() => work.running() === deaths)
      wire.cut()
    }
    await untilDead(1)
    await until(() => broker.publisher.available())
    const [letter] = await broker.deadLetters.peek({ queue: corner.queue, limit: 10 })
    expect(letter).toMatchObject({ body: body(), reason: 'dead-lettered by the broker: delivery_limit' })
    expect(work.running()).toBe(3)
    work.endAll()
  })

  it('given a handler at work, when the subscription stops, then it is waited for, and its message is acked', async () => {
    const broker = await corner.open()
    const work = heldHandler()
    const { subscription, got } = await consumeQueue(broker, corner.queue, work.handle)
    await broker.publisher.publish(sampleMessage(1))
    await until(() => work.running() === 1)
    let stopped = false
    const stopping = subscription.stop().then(() => {
      stopped = true
    })
    await broker.publisher.publish(sampleMessage(2))
    await until(async () => (await corner.count(corner.queue)) === 1)
    expect(stopped).toBe(false)
    work.endAll()
    await stopping
    await subscription.stop()
    expect(got).toHaveLength(1)
    expect((await corner.drain(corner.queue)).map(({ properties }) => properties.messageId)).toEqual([
      sampleMessage(2).id,
    ])
  })

  it('given a handler that never ends, when the subscription stops, then it is over in time and the message goes back', async () => {
    const broker = await corner.open({ stopTimeoutMs: 100 })
    const work = heldHandler()
    const { subscription } = await consumeQueue(broker, corner.queue, work.handle)
    await broker.publisher.publish(sampleMessage())
    await until(() => work.running() === 1)
    await subscription.stop()
    await until(async () => (await corner.count(corner.queue)) === 1)
    // Its late end must not disturb anything.
    work.endAll()
  })

  it('given a message that arrives while the subscription stops, then it is requeued untried', async () => {
    const wire = await corner.proxy()
    const broker = await corner.openOverProxy()
    const { subscription, got } = await consumeQueue(broker, corner.queue)
    wire.stall()
    await corner.put(corner.queue, body(), { persistent: true })
    await until(async () => (await corner.count(corner.queue)) === 0)
    const stopping = subscription.stop()
    wire.resume()
    await stopping
    expect(got).toEqual([])
    await until(async () => (await corner.count(corner.queue)) === 1)
  })

  it('given two consumers of one queue, then they share the work', async () => {
    const [one, other] = [await corner.open({ prefetch: 1 }), await corner.open({ prefetch: 1 })]
    const work = heldHandler()
    await consumeQueue(one, corner.queue, work.handle)
    await consumeQueue(other, corner.queue, work.handle)
    for (const count of [1, 2]) await one.publisher.publish(sampleMessage(count))
    await until(() => work.running() === 2)
    work.endAll()
  })
})
