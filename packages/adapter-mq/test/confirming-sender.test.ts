import { manualScheduler, nextTurn, settableClock } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import type { AmqpConnection } from '../src/rabbit/amqp-connection.js'
import { createConfirmingSender } from '../src/rabbit/confirming-sender.js'
import { readRabbitSettings } from '../src/rabbit/rabbit-settings.js'
import type { Supervisor } from '../src/rabbit/supervisor.js'
import { fakeChannel } from './support/fake-channel.js'

const envelope = (content = '{}') => ({ exchange: '', routingKey: 'q', content: Buffer.from(content), options: {} })

/** A connection that is there from the start, blocked or cut when the test says so. */
async function openSender(window = { maxMessages: 2, maxBytes: 100 }) {
  const scheduler = manualScheduler(settableClock())
  const settings = readRabbitSettings({ url: 'amqp://localhost', scheduler, window, confirmTimeoutMs: 30_000 })
  const fake = fakeChannel()
  const state = { blocked: false, destroyed: [] as string[] }
  const connection = {
    isBlocked: () => state.blocked,
    openConfirmChannel: async () => fake.channel,
    destroy: (reason: string) => void state.destroyed.push(reason),
  } as Partial<AmqpConnection> as AmqpConnection
  const supervisor = { current: () => connection, ready: async () => connection, failure: () => null }
  const sender = createConfirmingSender({
    connections: supervisor as Partial<Supervisor<AmqpConnection>> as Supervisor<AmqpConnection>,
    settings,
    declareTargets: async () => {},
  })
  await sender.firstAttempt()
  return { scheduler, sender, state, ...fake }
}

describe('a confirming sender', () => {
  it('writes no more than the window holds, however many ask', async () => {
    const { sender, publishes } = await openSender()
    const sends = Array.from({ length: 50 }, () => sender.send(envelope()))
    for (let sent = 0; sent < 50; sent += 1) {
      await nextTurn()
      expect(publishes.length - sent).toBeLessThanOrEqual(2)
      publishes[sent]?.confirm(null)
    }
    for (const { kind } of await Promise.all(sends)) expect(kind).toBe('confirmed')
  })

  it('given a message that is larger than the window, then it goes alone', async () => {
    const { sender, publishes } = await openSender({ maxMessages: 10, maxBytes: 100 })
    const sends = ['small', 'x'.repeat(101), 'small'].map((content) => sender.send(envelope(content)))
    for (const sent of [1, 2, 3]) {
      await nextTurn()
      expect(publishes).toHaveLength(sent)
      publishes[sent - 1]?.confirm(null)
    }
    for (const { kind } of await Promise.all(sends)) expect(kind).toBe('confirmed')
  })

  it('given no confirm in time, then it is unknown and the connection is closed', async () => {
    const { sender, scheduler, state } = await openSender()
    const outcome = sender.send(envelope())
    await scheduler.advance(29_999)
    expect(state.destroyed).toEqual([])
    await scheduler.advance(1)
    expect(await outcome).toEqual({ kind: 'unknown', reason: 'no confirm within 30000 ms' })
    expect(state.destroyed).toEqual(['no confirm within 30000 ms'])
  })

  it('given a late confirm, then its room is kept until the confirm, since the message is still on the way', async () => {
    const { sender, scheduler, publishes, state } = await openSender({ maxMessages: 1, maxBytes: 100 })
    const late = sender.send(envelope())
    await nextTurn()
    state.blocked = true
    await scheduler.advance(30_000)
    expect(await late).toMatchObject({ kind: 'unknown' })
    // Cutting a blocked connection would send everything on it twice.
    expect(state.destroyed).toEqual([])
    state.blocked = false
    const next = sender.send(envelope())
    await nextTurn()
    expect(publishes).toHaveLength(1)
    publishes[0]?.confirm(null)
    await nextTurn()
    publishes[1]?.confirm(null)
    expect(await next).toEqual({ kind: 'confirmed' })
  })

  it('given a blocked connection, then a send is unknown at once, and what is on the way is not cut', async () => {
    const { sender, scheduler, publishes, state } = await openSender()
    const before = sender.send(envelope())
    await nextTurn()
    state.blocked = true
    expect(sender.available()).toBe(false)
    expect(await sender.send(envelope())).toEqual({
      kind: 'unknown',
      reason: 'the broker has blocked the connection',
    })
    await scheduler.advance(29_000)
    publishes[0]?.confirm(null)
    expect(await before).toEqual({ kind: 'confirmed' })
    expect(state.destroyed).toEqual([])
  })

  it('when the connection gets blocked, then those who wait for room are rejected at once', async () => {
    const { sender, state } = await openSender({ maxMessages: 1, maxBytes: 100 })
    void sender.send(envelope())
    const waiting = sender.send(envelope())
    await nextTurn()
    state.blocked = true
    sender.rejectWaiters()
    expect(await waiting).toEqual({ kind: 'unknown', reason: 'the broker has blocked the connection' })
  })

  it('given no room in time, then it is unknown, was never written, and leaves no hole in the window', async () => {
    const { sender, scheduler, publishes, state } = await openSender({ maxMessages: 1, maxBytes: 100 })
    const slow = sender.send(envelope())
    await nextTurn()
    await scheduler.advance(10_000)
    state.blocked = true
    const waiting = sender.send(envelope())
    state.blocked = false
    const waitingToo = sender.send(envelope())
    await scheduler.advance(30_000)
    expect(await waiting).toMatchObject({ kind: 'unknown' })
    expect(await waitingToo).toMatchObject({ kind: 'unknown' })
    expect(publishes).toHaveLength(1)
    publishes[0]?.confirm(null)
    await slow
    await nextTurn()
    const next = sender.send(envelope())
    publishes[1]?.confirm(null)
    expect(await next).toEqual({ kind: 'confirmed' })
  })

  it('given a channel that is lost, then sends are unknown until there is another', async () => {
    const { sender, scheduler, breakOff, publishes } = await openSender()
    breakOff('Channel closed by server: 404')
    await nextTurn()
    expect(await sender.send(envelope())).toEqual({
      kind: 'unknown',
      reason: 'not connected: Channel closed by server: 404',
    })
    await scheduler.advance(100)
    const next = sender.send(envelope())
    await nextTurn()
    publishes[0]?.confirm(null)
    expect(await next).toEqual({ kind: 'confirmed' })
  })

  it('when it is closed, then it waits for what is on the way, takes nothing more, and gives up in time', async () => {
    const { sender, scheduler, calls } = await openSender()
    const pending = sender.send(envelope())
    await nextTurn()
    const closing = sender.close()
    expect(await sender.send(envelope())).toEqual({ kind: 'unknown', reason: 'the broker is being closed' })
    await nextTurn()
    expect(calls).toEqual([])
    await scheduler.advance(5_000)
    expect(calls).toEqual(['close'])
    await scheduler.advance(25_000)
    expect(await pending).toMatchObject({ kind: 'unknown' })
    void closing
  })
})
