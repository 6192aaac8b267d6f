import { nextTurn } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import { readRabbitSettings } from '../src/rabbit/rabbit-settings.js'
import { openChannelRenewedOnNack } from '../src/rabbit/renewing-channel.js'
import { type FakeChannel, fakeChannel } from './support/fake-channel.js'

const settings = readRabbitSettings({ url: 'amqp://localhost' })
const envelope = { exchange: '', routingKey: 'q', content: Buffer.from('{}'), options: {} }
const nack = new Error('message nacked')

async function open() {
  const opened: FakeChannel[] = []
  const state = { connected: true }
  const renewed = await openChannelRenewedOnNack(async () => {
    if (!state.connected) throw new Error('no connection')
    const fake = fakeChannel()
    opened.push(fake)
    return fake.channel
  }, settings)
  return { renewed, opened, state }
}

describe('a renewed channel', () => {
  it('sends over another channel after a nack, and answers what is in flight on the old one', async () => {
    const { renewed, opened } = await open()
    const [refused, late] = [renewed.send(envelope), renewed.send(envelope)]
    opened[0]?.publishes[0]?.confirm(nack)
    expect(await refused).toEqual({ kind: 'refused', reason: 'the broker refused it (nack)' })
    await nextTurn()
    const next = renewed.send(envelope)
    opened[1]?.publishes[0]?.confirm(null)
    expect(await next).toEqual({ kind: 'confirmed' })
    expect(opened[0]?.calls).toEqual([])
    opened[0]?.publishes[1]?.confirm(null)
    expect(await late).toEqual({ kind: 'confirmed' })
    await nextTurn()
    expect(opened.map(({ calls }) => calls)).toEqual([['close'], []])
  })

  it('opens one channel for all the nacks of another', async () => {
    const { renewed, opened } = await open()
    const sends = Array.from({ length: 20 }, () => renewed.send(envelope))
    for (const { confirm } of opened[0]?.publishes ?? []) confirm(nack)
    await Promise.all(sends)
    await nextTurn()
    expect(opened).toHaveLength(2)
    expect(opened[0]?.calls).toEqual(['close'])
  })

  it('keeps its channel when a message is returned: no queue is bound', async () => {
    const { renewed, opened } = await open()
    const sent = renewed.send(envelope)
    opened[0]?.returnTo(opened[0].publishes[0])
    opened[0]?.publishes[0]?.confirm(null)
    expect(await sent).toMatchObject({ kind: 'refused' })
    await nextTurn()
    expect(opened).toHaveLength(1)
  })

  it('ends with its channel when there is no connection for another one', async () => {
    const { renewed, opened, state } = await open()
    state.connected = false
    const sent = renewed.send(envelope)
    opened[0]?.publishes[0]?.confirm(nack)
    await sent
    await nextTurn()
    opened[0]?.breakOff('connection lost')
    expect(await renewed.ended).toBe('connection lost')
  })

  it('when it is closed while another channel opens, then that one is closed', async () => {
    const { renewed, opened } = await open()
    const sent = renewed.send(envelope)
    opened[0]?.publishes[0]?.confirm(nack)
    await sent
    await renewed.close()
    expect(opened.map(({ calls }) => calls)).toEqual([['close'], ['close']])
    expect(await renewed.ended).toBe('closed')
  })
})
