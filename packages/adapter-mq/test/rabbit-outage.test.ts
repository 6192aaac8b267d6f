import { CheckoutError } from '@coursepay/core'
import { writePayResultMessage } from '@coursepay/core/ports'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deadLetterQueueOf } from '../src/index.js'
import { consumeQueue, heldHandler, until } from './support/consumer.js'
import { fastScheduler } from './support/fast-scheduler.js'
import { sampleMessage } from './support/messages.js'
import { openCorner, proxyToRabbit, type RabbitCorner, rabbit, through } from './support/rabbit.js'
import { named } from './support/services.js'

const confirmed = { kind: 'confirmed' }

describe.skipIf(rabbit.missing)(named('outages beside RabbitMQ', rabbit), () => {
  let corner: RabbitCorner
  beforeEach(async () => {
    corner = await openCorner()
  })
  afterEach(() => corner.dispose())

  const deadCount = () => corner.count(deadLetterQueueOf(corner.queue))
  const eventsOf = (kind: string) => corner.events.filter((event) => event.kind === kind)
  async function putMessages(count: number): Promise<void> {
    for (let each = 1; each <= count; each += 1) {
      await corner.put(corner.queue, writePayResultMessage(sampleMessage(each)), { persistent: true })
    }
  }

  it('given a store that is away for longer than three tries, then each message is handled once it is back, and none becomes a dead letter', async () => {
    const broker = await corner.open()
    const store = { isAway: true, calls: 0 }
    const handled = new Set<string>()
    await broker.subscriber.subscribe(corner.queue, async ({ id }) => {
      store.calls += 1
      if (store.isAway) throw new CheckoutError('store_unavailable', 'the database is away')
      handled.add(id)
    })
    await putMessages(30)
    await until(() => eventsOf('paused').length >= 6)
    await expect(broker.ping()).rejects.toMatchObject({
      message: expect.stringMatching(/is not read: paused: the database/),
    })
    store.isAway = false
    await until(() => handled.size === 30)
    expect(await deadCount()).toBe(0)
    await until(
      async () =>
        await broker.ping().then(
          () => true,
          () => false,
        ),
    )
  })

  it('given a store that is away while the connection is lost again and again, then no message becomes a dead letter', async () => {
    const wire = await corner.proxy()
    const broker = await corner.openOverProxy()
    const store = { isAway: true }
    const handled = new Set<string>()
    await broker.subscriber.subscribe(corner.queue, async ({ id }) => {
      if (store.isAway) throw new CheckoutError('store_unavailable', 'the database is away')
      handled.add(id)
    })
    await putMessages(20)
    for (let cuts = 1; cuts <= 6; cuts += 1) {
      const seen = eventsOf('paused').length
      await until(() => eventsOf('paused').length > seen)
      wire.cut()
    }
    store.isAway = false
    await until(() => handled.size === 20)
    expect(await deadCount()).toBe(0)
  })

  it('given a store that refuses one message only, then the consumer works on all others without a pause', async () => {
    const broker = await corner.open()
    const handled = new Set<string>()
    await broker.subscriber.subscribe(corner.queue, async ({ id }) => {
      if (id === sampleMessage(30).id) throw new CheckoutError('store_unavailable', 'this one only')
      handled.add(id)
    })
    await putMessages(60)
    await until(() => handled.size === 59)
    expect(eventsOf('paused')).toEqual([])
    expect(await deadCount()).toBe(0)
  })

  it('given a message that kills its process each time, then the nine that were in hand beside it are handled, and it alone becomes a dead letter', async () => {
    const wire = await corner.proxy()
    const broker = await corner.openOverProxy()
    const culprit = sampleMessage(4).id
    const deaths: number[] = []
    const handled = new Set<string>()
    const work = heldHandler()
    await broker.subscriber.subscribe(corner.queue, async ({ id }) => {
      if (deaths.length === 0 && id !== culprit) return work.handle()
      if (id !== culprit) return void handled.add(id)
      await until(() => deaths.length > 0 || work.running() === 9)
      deaths.push(work.running())
      wire.cut()
      await work.handle()
    })
    await putMessages(10)
    await until(async () => handled.size === 9 && (await deadCount()) === 1)
    expect(deaths).toHaveLength(3)
    expect(handled).not.toContain(culprit)
    work.endAll()
  })

  it('given ten messages in hand at the first of three deaths, then only the one that was alone in hand at the others becomes a dead letter', async () => {
    const wire = await corner.proxy()
    const broker = await corner.openOverProxy()
    const work = heldHandler()
    const handled = new Set<string>()
    let deaths = 0
    await broker.subscriber.subscribe(corner.queue, async ({ id }) => {
      if (deaths < 3) return work.handle()
      handled.add(id)
    })
    await putMessages(10)
    for (const inHand of [10, 11, 12]) {
      await until(() => work.running() === inHand)
      deaths += 1
      wire.cut()
    }
    await until(async () => handled.size === 9 && (await deadCount()) === 1)
    work.endAll()
  })

  it('given four consumers that each die of one message, then the messages in hand beside it are handled, and it alone becomes a dead letter', async () => {
    const culprit = sampleMessage(25).id
    const handled = new Set<string>()
    let deaths = 0
    const wires = await Promise.all([1, 2, 3, 4].map(() => proxyToRabbit()))
    for (const wire of wires) {
      const broker = await corner.open({ url: through(wire) })
      await broker.subscriber.subscribe(corner.queue, async ({ id }) => {
        await until(() => deaths > 0 || id === culprit)
        if (id !== culprit) return void handled.add(id)
        deaths += 1
        wire.cut()
      })
    }
    await putMessages(60)
    await until(async () => handled.size === 59 && (await deadCount()) === 1)
    expect(deaths).toBe(3)
    for (const wire of wires) await wire.close()
  })

  it('given an exchange that is deleted, then the consumer declares and binds again, and is not ready until then', async () => {
    const scheduler = fastScheduler(10)
    const broker = await corner.open({ scheduler })
    const { called } = await consumeQueue(broker, corner.queue)
    await corner.beside((channel) => channel.deleteExchange(corner.exchange))
    await expect(broker.ping()).rejects.toMatchObject({
      code: 'broker_unavailable',
      message: expect.stringMatching(/404/),
    })
    await until(() =>
      broker.ping().then(
        () => true,
        () => false,
      ),
    )
    await until(async () => (await broker.publisher.publish(sampleMessage())).kind === 'confirmed')
    await called(1)
  })

  it('given a binding that somebody removed, then it is there again', async () => {
    const broker = await corner.open({ scheduler: fastScheduler(10) })
    const { called } = await consumeQueue(broker, corner.queue)
    await corner.beside((channel) => channel.unbindQueue(corner.queue, corner.exchange, ''))
    await until(async () => (await broker.publisher.publish(sampleMessage())).kind === 'confirmed')
    await called(1)
  })

  describe('required queues', () => {
    const required = () => `${corner.prefix}.materials`
    const declare = async () => {
      corner.removeLater(required())
      await corner.beside((channel) => channel.assertQueue(required(), { durable: true }))
    }

    it('hold the publisher back while one is missing, although another is bound', async () => {
      await corner.bindQueue(corner.queue)
      const broker = await corner.open({ requiredQueues: [corner.queue, required()] })
      expect(broker.publisher.available()).toBe(false)
      expect(await broker.publisher.publish(sampleMessage())).toMatchObject({
        kind: 'unknown',
        reason: expect.stringContaining(`the required queue ${required()} is not bound`),
      })
      await expect(broker.ping()).rejects.toMatchObject({ message: expect.stringContaining(required()) })
      await declare()
      await until(() => broker.publisher.available())
      await broker.ping()
      expect(await broker.publisher.publish(sampleMessage())).toEqual(confirmed)
      expect(await corner.count(required())).toBe(1)
    })

    it('are bound by the publisher, and again after somebody unbound them', async () => {
      await declare()
      const broker = await corner.open({ requiredQueues: [required()], scheduler: fastScheduler(10) })
      expect(await broker.publisher.publish(sampleMessage(1))).toEqual(confirmed)
      await corner.beside((channel) => channel.unbindQueue(required(), corner.exchange, ''))
      await until(async () => (await broker.publisher.publish(sampleMessage(2))).kind === 'confirmed')
      await corner.beside((channel) => channel.deleteQueue(required()))
      await until(() => !broker.publisher.available())
      expect(eventsOf('not_bound')).toMatchObject([{ queue: required(), reason: expect.stringMatching(/404/) }])
    })
  })

  it('given a process that was stopped for longer than its time limit, then a confirm that came meanwhile counts', async () => {
    await corner.bindQueue(corner.queue)
    const broker = await corner.open({ confirmTimeoutMs: 200 })
    const outcomes = [1, 2, 3].map((count) => broker.publisher.publish(sampleMessage(count)))
    await new Promise((resolve) => setImmediate(resolve))
    // Nothing of this process runs meanwhile, as after SIGSTOP.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600)
    expect(await Promise.all(outcomes)).toEqual([confirmed, confirmed, confirmed])
  })
})
