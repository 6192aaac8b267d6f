import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blockedFrame, unblockedFrame } from './support/amqp-frames.js'
import { consumeQueue, heldHandler, until } from './support/consumer.js'
import { sampleMessage } from './support/messages.js'
import { openCorner, type RabbitCorner, rabbit } from './support/rabbit.js'
import { closeConnections, hasRabbitmqctl } from './support/rabbitmqctl.js'
import { named } from './support/services.js'

const confirmed = { kind: 'confirmed' }

describe.skipIf(rabbit.missing)(named('RabbitMQ over a bad network', rabbit), () => {
  let corner: RabbitCorner
  beforeEach(async () => {
    corner = await openCorner()
  })
  afterEach(() => corner.dispose())

  const happened = (kind: string) => corner.events.filter((event) => event.kind === kind)
  const publishUntilConfirmed = async (publish: () => Promise<{ readonly kind: string }>) =>
    until(async () => (await publish()).kind === 'confirmed')

  // From the first frame of the greeting to the last of the topology: a connection lost there must not leave a zombie.
  it.each(Array.from({ length: 40 }, (_, index) => index + 1))(
    'given connections that die after frame %i of their set-up, then both ends come to life once they no longer do',
    async (frames) => {
      const wire = await corner.proxy()
      wire.cutAfterFrames(frames)
      const broker = await corner.openOverProxy()
      const reading = consumeQueue(broker, corner.queue)
      await until(() => wire.accepted() >= 2)
      wire.cutAfterFrames(undefined)
      wire.cut()
      const { called } = await reading
      await until(() => broker.publisher.available() && happened('subscribed').length > 0)
      await publishUntilConfirmed(() => broker.publisher.publish(sampleMessage()))
      await called(1)
    },
  )

  it('given a cut while messages are on the way, then every publish settles, and none that was confirmed is missing', async () => {
    await corner.bindQueue(corner.queue)
    const wire = await corner.proxy()
    const { publisher } = await corner.openOverProxy()
    const outcomes = Array.from({ length: 150 }, (_, index) => publisher.publish(sampleMessage(index)))
    await Promise.race(outcomes)
    wire.cut()
    const kinds = (await Promise.all(outcomes)).map(({ kind }) => kind)
    expect(new Set(['confirmed', 'unknown', ...kinds])).toEqual(new Set(['confirmed', 'unknown']))
    const stored = new Set((await corner.drain(corner.queue)).map(({ properties }) => properties.messageId))
    for (const [index, kind] of kinds.entries()) {
      if (kind === 'confirmed') expect(stored).toContain(sampleMessage(index).id)
    }
  })

  it('given a wire that passes nothing, then a publish is unknown in time and the connection is replaced', async () => {
    await corner.bindQueue(corner.queue)
    const wire = await corner.proxy()
    const { publisher } = await corner.openOverProxy({ confirmTimeoutMs: 200, connectTimeoutMs: 300 })
    wire.stall()
    expect(await publisher.publish(sampleMessage())).toEqual({ kind: 'unknown', reason: 'no confirm within 200 ms' })
    expect(publisher.available()).toBe(false)
    wire.resume()
    await until(() => publisher.available())
    expect(await publisher.publish(sampleMessage())).toEqual(confirmed)
  })

  it('given a wire that passes nothing to a consumer, then the heartbeat notices, and reading resumes', async () => {
    const wire = await corner.proxy()
    // Longer than the heartbeat takes: else the isolation consumer, which comes a second later, notices first.
    const broker = await corner.openOverProxy({ heartbeatSeconds: 1, connectTimeoutMs: 5_000 })
    const { called } = await consumeQueue(broker, corner.queue)
    wire.stall()
    await until(() => happened('connection_lost').length === 2)
    // RabbitMQ 4 misses our heartbeat first, and then it is the broker that closes the connection.
    for (const event of happened('connection_lost')) {
      expect(event).toMatchObject({ reason: expect.stringMatching(/^(Heartbeat timeout|Unexpected close)$/) })
    }
    wire.resume()
    await until(() => happened('subscribed').length === 2)
    await publishUntilConfirmed(() => broker.publisher.publish(sampleMessage()))
    await called(1)
  })

  it('given a wire that passes nothing, when it is closed, then it is over in time and no socket is left', async () => {
    const wire = await corner.proxy()
    const broker = await corner.openOverProxy({ closeTimeoutMs: 200 })
    await consumeQueue(broker, corner.queue)
    wire.stall()
    await broker.close()
    wire.resume()
    await until(() => wire.connections() === 0)
  })

  it('given a wire that is cut in the middle of closing, then closing is over all the same', async () => {
    const wire = await corner.proxy()
    const broker = await corner.openOverProxy({ closeTimeoutMs: 60_000, stopTimeoutMs: 60_000 })
    await consumeQueue(broker, corner.queue)
    wire.stall()
    const closing = broker.close()
    wire.cut()
    await closing
  })

  it('given a broker that blocks, then nothing is sent or cut, and what was on the way is confirmed afterwards', async () => {
    await corner.bindQueue(corner.queue)
    const wire = await corner.proxy()
    const broker = await corner.openOverProxy()
    const { publisher } = broker
    wire.inject(blockedFrame)
    await until(() => publisher.isBlocked())
    expect(publisher.available()).toBe(false)
    expect(await publisher.publish(sampleMessage())).toEqual({
      kind: 'unknown',
      reason: 'the broker has blocked the connection',
    })
    await expect(broker.ping()).rejects.toThrow(/short of memory or disk/)
    expect(happened('blocked')).toEqual([{ kind: 'blocked', connection: 'publisher', reason: 'low on memory' }])
    wire.inject(unblockedFrame)
    await until(() => publisher.available())
    expect(await publisher.publish(sampleMessage())).toEqual(confirmed)
    expect(await corner.drain(corner.queue)).toHaveLength(1)
    expect(happened('connection_lost')).toEqual([])
  })

  it('given a connection that is blocked while a message is on the way, then its late confirm counts', async () => {
    await corner.bindQueue(corner.queue)
    const wire = await corner.proxy()
    const { publisher } = await corner.openOverProxy({ confirmTimeoutMs: 10_000 })
    wire.stall()
    const outcome = publisher.publish(sampleMessage())
    wire.inject(blockedFrame)
    await until(() => publisher.isBlocked())
    wire.inject(unblockedFrame)
    wire.resume()
    expect(await outcome).toEqual(confirmed)
    expect(await corner.drain(corner.queue)).toHaveLength(1)
  })

  it('given a handler at work when the connection is lost, then the message comes again and reading resumes', async () => {
    const wire = await corner.proxy()
    const broker = await corner.openOverProxy()
    const work = heldHandler()
    const { got } = await consumeQueue(broker, corner.queue, work.handle)
    await publishUntilConfirmed(() => broker.publisher.publish(sampleMessage(1)))
    await until(() => work.running() === 1)
    wire.cut()
    await until(() => work.running() === 2)
    // The first handler ends on a channel that is gone; an ack of its on the new one would be answered with 406.
    work.endAll()
    await publishUntilConfirmed(() => broker.publisher.publish(sampleMessage(2)))
    await until(() => got.some(({ id }) => id === sampleMessage(2).id))
    expect(happened('subscription_lost')).toHaveLength(1)
    work.endAll()
    await broker.close()
    expect(await corner.count(corner.queue)).toBe(0)
  })

  it('given a broker that is lost when somebody subscribes, then reading begins once it is found', async () => {
    const wire = await corner.proxy()
    const broker = await corner.openOverProxy()
    await (await consumeQueue(broker, corner.queue)).subscription.stop()
    wire.refuse(true)
    wire.cut()
    await until(() => happened('connection_lost').length === 2)
    const { called } = await consumeQueue(broker, corner.queue)
    wire.refuse(false)
    await publishUntilConfirmed(() => broker.publisher.publish(sampleMessage()))
    await called(1)
  })

  it.runIf(hasRabbitmqctl)(
    'given a broker that closes every connection in good order, then reading and publishing resume',
    async () => {
      const broker = await corner.open()
      const { called } = await consumeQueue(broker, corner.queue)
      expect(await broker.publisher.publish(sampleMessage(1))).toEqual(confirmed)
      await called(1)
      expect(await closeConnections(corner.prefix)).toBe(2)
      await until(() => happened('subscribed').length === 2 && broker.publisher.available())
      for (const event of happened('connection_lost')) {
        expect(event).toMatchObject({ reason: expect.stringMatching(/320.*CONNECTION_FORCED/) })
      }
      expect(await broker.publisher.publish(sampleMessage(2))).toEqual(confirmed)
      await called(2)
    },
  )

  it('given a wrong password, then it is told without the password, and nothing hangs', async () => {
    const url = new URL(rabbit.url)
    url.password = 's3cret-word'
    const broker = await corner.open({ url: url.href })
    const outcome = await broker.publisher.publish(sampleMessage())
    expect(outcome).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('ACCESS_REFUSED') })
    expect(JSON.stringify([outcome, corner.events])).not.toContain('s3cret')
  })
})
