import { IllegalOperationError } from 'amqplib'
import { describe, expect, it } from 'vitest'
import { wrapConfirmChannel } from '../src/rabbit/confirming-channel.js'
import { readRabbitSettings } from '../src/rabbit/rabbit-settings.js'
import { fakeChannel } from './support/fake-channel.js'

const settings = readRabbitSettings({ url: 'amqp://localhost' })
const envelope = {
  exchange: 'paynotify_exchange_fanout',
  routingKey: '',
  content: Buffer.from('{}'),
  options: { messageId: '7123456789012345678', headers: { traceparent: '00-1' } },
}

function openChannel() {
  const fake = fakeChannel()
  return { ...fake, confirming: wrapConfirmChannel(fake.channel, settings) }
}

describe('a confirming channel', () => {
  it('sends persistent and mandatory, and keeps the headers', async () => {
    const { confirming, publishes } = openChannel()
    void confirming.send(envelope)
    expect(publishes[0]?.options).toMatchObject({ persistent: true, mandatory: true, headers: { traceparent: '00-1' } })
  })

  it('given one message on the way twice and one of the two returned, then only that one is refused', async () => {
    const { confirming, publishes, returnTo } = openChannel()
    const [first, second] = [confirming.send(envelope), confirming.send(envelope)]
    returnTo(publishes[1])
    for (const { confirm } of publishes) confirm(null)
    expect(await first).toEqual({ kind: 'confirmed' })
    expect(await second).toEqual({ kind: 'refused', reason: 'no queue is bound' })
  })

  it('given a return for another reason, then the reason is told', async () => {
    const { confirming, publishes, returnTo } = openChannel()
    const outcome = confirming.send(envelope)
    returnTo(publishes[0], 'NO_CONSUMERS')
    publishes[0]?.confirm(null)
    expect(await outcome).toEqual({ kind: 'refused', reason: 'returned by the broker: NO_CONSUMERS' })
  })

  it('given a return that belongs to nobody, then nothing happens: a throw there would close the channel', () => {
    const { returnTo } = openChannel()
    expect(() => returnTo(undefined)).not.toThrow()
  })

  it('given a nack, then that message is refused and the others are not', async () => {
    const { confirming, publishes } = openChannel()
    const [first, second] = [confirming.send(envelope), confirming.send(envelope)]
    publishes[0]?.confirm(new Error('message nacked'))
    publishes[1]?.confirm(null)
    expect(await first).toEqual({ kind: 'refused', reason: 'the broker refused it (nack)' })
    expect(await second).toEqual({ kind: 'confirmed' })
  })

  it("given a channel that the broker closes, then what was on the way is unknown, with the broker's reason", async () => {
    const { confirming, breakOff } = openChannel()
    const outcome = confirming.send(envelope)
    breakOff('Channel closed by server: 404 (NOT-FOUND)')
    expect(await outcome).toEqual({ kind: 'unknown', reason: 'Channel closed by server: 404 (NOT-FOUND)' })
    expect(await confirming.ended).toBe('Channel closed by server: 404 (NOT-FOUND)')
  })

  it('given a channel that is closed already, which throws, then it is unknown', async () => {
    const { confirming, throwNext } = openChannel()
    throwNext(new IllegalOperationError('Channel closed'))
    expect(await confirming.send(envelope)).toEqual({ kind: 'unknown', reason: 'Channel closed' })
  })

  it('given a message that cannot be encoded, then it is undeliverable, and the next one is sent', async () => {
    const { confirming, throwNext, publishes } = openChannel()
    throwNext(new RangeError('Encoded field table exceeds the encoding buffer'))
    expect(await confirming.send(envelope)).toMatchObject({ kind: 'undeliverable' })
    const next = confirming.send(envelope)
    publishes[0]?.confirm(null)
    expect(await next).toEqual({ kind: 'confirmed' })
  })
})
