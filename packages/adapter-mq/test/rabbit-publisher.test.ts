import { writePayResultMessage } from '@coursepay/core/ports'
import { connect } from 'amqplib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { wrapConfirmChannel } from '../src/rabbit/confirming-channel.js'
import { readRabbitSettings } from '../src/rabbit/rabbit-settings.js'
import { until } from './support/consumer.js'
import { sampleMessage } from './support/messages.js'
import { openCorner, type RabbitCorner, rabbit } from './support/rabbit.js'
import { named } from './support/services.js'

describe.skipIf(rabbit.missing)(named('the publisher', rabbit), () => {
  let corner: RabbitCorner
  beforeEach(async () => {
    corner = await openCorner()
  })
  afterEach(() => corner.dispose())

  const many = (count: number) => Array.from({ length: count }, (_, index) => sampleMessage(index))

  it('given a bound queue, then the message is confirmed and stands there as the contract says', async () => {
    await corner.bindQueue(corner.queue)
    const { publisher } = await corner.open()
    expect(await publisher.publish(sampleMessage())).toEqual({ kind: 'confirmed' })
    const [stored, ...more] = await corner.drain(corner.queue)
    expect(more).toEqual([])
    expect(stored?.content.toString()).toBe(writePayResultMessage(sampleMessage()))
    expect(stored?.properties).toMatchObject({
      messageId: sampleMessage().id,
      type: 'payresult_notify',
      contentType: 'application/json',
      deliveryMode: 2,
    })
  })

  it('sends the traceparent of a message as a header, and no header without one', async () => {
    await corner.bindQueue(corner.queue)
    const { publisher } = await corner.open()
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    await publisher.publish({ ...sampleMessage(1), traceparent })
    await publisher.publish(sampleMessage(2))
    const stored = await corner.drain(corner.queue)
    expect(stored.map(({ properties }) => properties.headers?.traceparent)).toEqual([traceparent, undefined])
    expect(stored[0]?.content.toString()).not.toContain('trace')
  })

  it('given no bound queue, then it is refused, and confirmed once there is one', async () => {
    const { publisher } = await corner.open()
    for (const outcome of await Promise.all(many(200).map((message) => publisher.publish(message)))) {
      expect(outcome).toEqual({ kind: 'refused', reason: 'no queue is bound' })
    }
    await corner.bindQueue(corner.queue)
    expect(await publisher.publish(sampleMessage())).toEqual({ kind: 'confirmed' })
  })

  it('given two bound queues, then each gets its own copy', async () => {
    const other = `${corner.prefix}.materials`
    await corner.bindQueue(corner.queue)
    await corner.bindQueue(other)
    const { publisher } = await corner.open()
    await publisher.publish(sampleMessage())
    expect(await corner.drain(corner.queue)).toHaveLength(1)
    expect(await corner.drain(other)).toHaveLength(1)
  })

  it('given a queue with room for five, then of ten messages at once five are confirmed and five refused', async () => {
    await corner.beside(async (channel) => {
      await channel.assertExchange(corner.exchange, 'fanout', { durable: true })
      await channel.assertQueue(corner.queue, { durable: true, maxLength: 5, overflow: 'reject-publish' })
      await channel.bindQueue(corner.queue, corner.exchange, '')
    })
    const { publisher } = await corner.open()
    const outcomes = await Promise.all(many(10).map((message) => publisher.publish(message)))
    const kinds = outcomes.map(({ kind }) => kind).sort()
    expect(kinds.filter((kind) => kind === 'confirmed').length).toBe((await corner.drain(corner.queue)).length)
    expect(kinds.filter((kind) => kind === 'refused').length).toBeGreaterThan(0)
    expect(new Set(kinds)).toEqual(new Set(['confirmed', 'refused']))
  })

  it('given an exchange that was deleted, then the message is unknown, the exchange declared again, and the next one goes', async () => {
    const { publisher } = await corner.open()
    await corner.beside((channel) => channel.deleteExchange(corner.exchange))
    expect(await publisher.publish(sampleMessage())).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('404'),
    })
    await until(() => publisher.available())
    await corner.bindQueue(corner.queue)
    expect(await publisher.publish(sampleMessage())).toEqual({ kind: 'confirmed' })
  })

  it('given an exchange of another type, then opening fails with a sentence that says what to change', async () => {
    await corner.beside((channel) => channel.assertExchange(corner.exchange, 'direct'))
    await expect(corner.open()).rejects.toMatchObject({
      code: 'broker_unavailable',
      message: expect.stringMatching(/exists, but not as a durable fanout\. Name another by AMQP_EXCHANGE.*406/),
    })
  })

  it('given headers beyond what a frame holds, then it is undeliverable and the channel lives', async () => {
    const model = await connect(rabbit.url)
    const channel = wrapConfirmChannel(await model.createConfirmChannel(), readRabbitSettings({ url: rabbit.url }))
    await corner.bindQueue(corner.queue)
    const envelope = { exchange: '', routingKey: corner.queue, content: Buffer.from('{}'), options: {} }
    const large = { ...envelope, options: { headers: { trace: 'x'.repeat(70_000) } } }
    const outcomes = [channel.send(envelope), channel.send(large), channel.send(envelope)]
    expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(['confirmed', 'undeliverable', 'confirmed'])
    await model.close()
  })

  it('given many at once, then all are confirmed, in windows', async () => {
    await corner.bindQueue(corner.queue)
    const { publisher } = await corner.open({ window: { maxMessages: 10 } })
    const outcomes = await Promise.all(many(500).map((message) => publisher.publish(message)))
    expect(outcomes.filter(({ kind }) => kind === 'confirmed')).toHaveLength(500)
    expect(await corner.drain(corner.queue)).toHaveLength(500)
  })

  it('answers a ping and the version of the broker, and not after it was closed', async () => {
    const broker = await corner.open()
    await broker.ping()
    expect(broker.serverVersion()).toMatch(/^\d+\.\d+\.\d+/)
    await broker.close()
    await broker.close()
    expect(broker.serverVersion()).toBeNull()
    await expect(broker.ping()).rejects.toMatchObject({ code: 'broker_unavailable' })
    expect(await broker.publisher.publish(sampleMessage())).toMatchObject({ kind: 'unknown' })
    expect(broker.publisher.available()).toBe(false)
  })

  it('when it is closed, then what is on the way is confirmed first', async () => {
    await corner.bindQueue(corner.queue)
    const broker = await corner.open()
    const outcomes = many(100).map((message) => broker.publisher.publish(message))
    await broker.close()
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toEqual({ kind: 'confirmed' })
  })
})
