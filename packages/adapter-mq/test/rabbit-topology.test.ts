import { PermanentFailure } from '@coursepay/core'
import { writePayResultMessage } from '@coursepay/core/ports'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deadLetterQueueOf, openRabbitInspector, type RabbitOptions, retryQueueOf } from '../src/index.js'
import { consumeQueue, until } from './support/consumer.js'
import { sampleMessage } from './support/messages.js'
import { openCorner, type RabbitCorner, rabbit } from './support/rabbit.js'
import { named } from './support/services.js'

const confirmed = { kind: 'confirmed' }

describe.skipIf(rabbit.missing)(named('the queues', rabbit), () => {
  let corner: RabbitCorner
  beforeEach(async () => {
    corner = await openCorner()
  })
  afterEach(() => corner.dispose())

  const inspect = async (options: Partial<RabbitOptions> = {}) => {
    const look = await openRabbitInspector({ url: rabbit.url, exchange: corner.exchange, ...options })
    return { ...look, [Symbol.asyncDispose]: () => look.close() }
  }
  const deadCount = () => corner.count(deadLetterQueueOf(corner.queue))

  it('given a plain queue that a Java service declared, with a message in it, then it is read as it is', async () => {
    await corner.bindQueue(corner.queue)
    const javaBody =
      '{"id":7123456789012345601,"messageType":"payresult_notify","businessKey1":"7","businessKey2":"60201"}'
    await corner.put(corner.queue, javaBody)
    const broker = await corner.open({ queueType: 'plain' })
    const { got, called } = await consumeQueue(broker, corner.queue, async ({ id }) => {
      if (id === sampleMessage(2).id) throw new Error('the database is away')
    })
    await called(1)
    expect(got[0]?.id).toBe('7123456789012345601')
    expect(await broker.publisher.publish(sampleMessage(2))).toEqual(confirmed)
    await called(4)
    await until(async () => (await deadCount()) === 1)
    // The Java service can still declare it as before.
    await corner.beside((channel) => channel.assertQueue(corner.queue, { durable: true }))
  })

  it('given a plain queue that was declared with arguments of its own, then it is read as it is', async () => {
    await corner.beside((channel) => channel.assertQueue(corner.queue, { durable: true, maxPriority: 5 }))
    const broker = await corner.open({ queueType: 'plain' })
    const { called } = await consumeQueue(broker, corner.queue)
    expect(await broker.publisher.publish(sampleMessage())).toEqual(confirmed)
    await called(1)
  })

  it('given no queue yet and the plain type, then it is declared as the seed declares it', async () => {
    const broker = await corner.open({ queueType: 'plain' })
    await consumeQueue(broker, corner.queue)
    await corner.beside((channel) => channel.assertQueue(corner.queue, { durable: true }))
  })

  it('given a plain queue and the quorum type, then it says which setting to change', async () => {
    await corner.bindQueue(corner.queue)
    const broker = await corner.open()
    await expect(consumeQueue(broker, corner.queue)).rejects.toMatchObject({
      code: 'broker_unavailable',
      message: expect.stringMatching(
        new RegExp(
          `^The queue ${corner.queue} exists with other arguments\\. Set AMQP_QUEUE_TYPE \\(the option "queueType"\\) to "plain".*406`,
        ),
      ),
    })
  })

  it('given a queue that Spring declared, then the advised setting works after the refused start', async () => {
    await corner.bindQueue(corner.queue)
    await expect(consumeQueue(await corner.open(), corner.queue)).rejects.toMatchObject({ code: 'broker_unavailable' })
    await expect(corner.count(deadLetterQueueOf(corner.queue))).rejects.toMatchObject({ code: 404 })
    const broker = await corner.open({ queueType: 'plain' })
    const { called } = await consumeQueue(broker, corner.queue)
    expect(await broker.publisher.publish(sampleMessage())).toEqual(confirmed)
    await called(1)
  })

  it('given a queue that is looked at, then it fits, is missing, or the sentence names the setting; and nothing is declared', async () => {
    await using look = await inspect()
    expect(look.serverVersion).toMatch(/^\d+\.\d+\.\d+/)
    expect(await look.checkExchange()).toBe('missing')
    expect(await look.checkQueue(corner.queue)).toBe('missing')
    await expect(corner.beside((channel) => channel.checkExchange(corner.exchange))).rejects.toMatchObject({
      code: 404,
    })
    await corner.bindQueue(corner.queue)
    expect(await look.checkExchange()).toBe('fits')
    await expect(look.checkQueue(corner.queue)).rejects.toMatchObject({
      code: 'broker_unavailable',
      message: expect.stringMatching(/AMQP_QUEUE_TYPE/),
    })
    await using plain = await inspect({ queueType: 'plain' })
    expect(await plain.checkQueue(corner.queue)).toBe('fits')
    await expect(corner.count(retryQueueOf(corner.queue))).rejects.toMatchObject({ code: 404 })
  })

  it.each([
    ['quorum', 'plain'],
    ['plain', 'quorum'],
  ] as const)('given side queues of the type %s, then a consumer of the type %s takes them', async (before, after) => {
    const first = await corner.open({ queueType: before })
    await consumeQueue(first, corner.queue)
    await first.close()
    await corner.beside((channel) => channel.deleteQueue(corner.queue))
    const broker = await corner.open({ queueType: after })
    const { called } = await consumeQueue(broker, corner.queue, () => Promise.reject(new Error('always')))
    expect(await broker.publisher.publish(sampleMessage())).toEqual(confirmed)
    await called(3)
    await until(async () => (await deadCount()) === 1)
  })

  it('given a queue that an earlier version declared with a lower delivery limit, then it is read as it is', async () => {
    const args = {
      ...{ 'x-queue-type': 'quorum', 'x-delivery-limit': 2, 'x-overflow': 'reject-publish' },
      ...{ 'x-dead-letter-strategy': 'at-least-once', 'x-dead-letter-exchange': '' },
      'x-dead-letter-routing-key': deadLetterQueueOf(corner.queue),
    }
    await corner.beside((channel) => channel.assertQueue(corner.queue, { durable: true, arguments: args }))
    const { called } = await consumeQueue(await corner.open(), corner.queue)
    await corner.put(corner.queue, writePayResultMessage(sampleMessage()))
    await called(1)
  })

  it('given a retry queue with another delay, then it says which queue to delete', async () => {
    const retry = retryQueueOf(corner.queue)
    await corner.beside((channel) => channel.assertQueue(retry, { durable: true, messageTtl: 5_000 }))
    const broker = await corner.open()
    await expect(consumeQueue(broker, corner.queue)).rejects.toMatchObject({
      code: 'broker_unavailable',
      message: expect.stringMatching(new RegExp(`^The queue ${retry} exists with other arguments\\. Delete it`)),
    })
  })

  it('given a queue that another connection holds for itself, then it says so', async () => {
    await corner.beside((channel) => channel.assertQueue(corner.queue, { exclusive: true, durable: true }))
    const broker = await corner.open({ queueType: 'plain' })
    await expect(consumeQueue(broker, corner.queue)).rejects.toMatchObject({
      code: 'broker_unavailable',
      message: expect.stringMatching(/^Another connection holds this queue for itself alone\./),
    })
  })

  describe('dead letters', () => {
    async function withDeadLetters(count: number) {
      let mended = false
      const broker = await corner.open({ prefetch: 1 })
      const other = `${corner.prefix}.materials`
      await corner.bindQueue(other)
      const { got } = await consumeQueue(broker, corner.queue, async () => {
        if (!mended) throw new PermanentFailure('no such choice')
      })
      for (let each = 1; each <= count; each += 1) await broker.publisher.publish(sampleMessage(each))
      await until(async () => (await deadCount()) === count)
      await corner.drain(other)
      got.splice(0)
      const mend = (): void => {
        mended = true
      }
      return { broker, got, other, mend }
    }

    it('are counted and looked at without being lost, as often as one likes', async () => {
      const { broker } = await withDeadLetters(3)
      const { deadLetters } = broker
      for (let look = 0; look < 25; look += 1) {
        const found = await deadLetters.peek({ queue: corner.queue, limit: 2 })
        expect(found).toHaveLength(2)
        expect(found[0]).toMatchObject({
          messageId: expect.stringMatching(/^\d{19}$/),
          body: expect.stringContaining('payresult_notify'),
          reason: 'no such choice',
          failedAt: expect.stringContaining('T'),
          attempts: 1,
        })
        await until(async () => (await deadLetters.count(corner.queue)) === 3)
      }
    })

    it('go back to that one queue, as on their first try, and no other service sees them', async () => {
      const { broker, got, other, mend } = await withDeadLetters(3)
      mend()
      expect(await broker.deadLetters.redrive({ queue: corner.queue, limit: 2 })).toBe(2)
      await until(() => got.length === 2)
      expect(await deadCount()).toBe(1)
      expect(await broker.deadLetters.redrive({ queue: corner.queue, limit: 100 })).toBe(1)
      await until(() => got.length === 3)
      expect(await broker.deadLetters.redrive({ queue: corner.queue, limit: 100 })).toBe(0)
      expect(await corner.count(other)).toBe(0)
    })

    it('that fail again are not taken twice in one go', async () => {
      const { broker, got } = await withDeadLetters(2)
      expect(await broker.deadLetters.redrive({ queue: corner.queue, limit: 100 })).toBe(2)
      await until(() => got.length === 2)
      await until(async () => (await deadCount()) === 2)
    })

    it('carry nothing of their first life with them', async () => {
      const { broker } = await withDeadLetters(1)
      await broker.close()
      const second = await corner.open()
      await second.deadLetters.redrive({ queue: corner.queue, limit: 1 })
      const [back] = await corner.drain(corner.queue)
      expect(back?.content.toString()).toBe(writePayResultMessage(sampleMessage(1)))
      // A quorum queue may add its own count of deliveries, from zero.
      const { 'x-delivery-count': deliveries = 0, ...headers } = back?.properties.headers ?? {}
      expect(deliveries).toBe(0)
      expect(headers).toEqual({ 'publish-try': expect.any(String) })
    })

    it('stay where they are when their queue is gone, and that is said', async () => {
      const { broker } = await withDeadLetters(1)
      await broker.close()
      await corner.beside((channel) => channel.deleteQueue(corner.queue))
      const second = await corner.open()
      await expect(second.deadLetters.redrive({ queue: corner.queue, limit: 1 })).rejects.toMatchObject({
        code: 'broker_unavailable',
        message: expect.stringMatching(/did not take a dead letter back \(no queue is bound\)/),
      })
      await until(async () => (await deadCount()) === 1)
    })

    it('given a service that has no queues, then there are none, and their count says that there is no queue', async () => {
      const { deadLetters } = await corner.open()
      const range = { queue: corner.queue, limit: 10 }
      expect([
        await deadLetters.count(corner.queue),
        await deadLetters.peek(range),
        await deadLetters.redrive(range),
      ]).toEqual([null, [], 0])
    })
  })
})
