import { CheckoutError, MessageType, PermanentFailure } from '@coursepay/core'
import { manualScheduler, nextTurn, settableClock } from '@coursepay/core/fakes'
import type { PayResultMessage, ReceivedPayResultMessage } from '@coursepay/core/ports'
import { describe, expect, it } from 'vitest'
import { createInProcessBroker } from '../src/index.js'

const message = {
  id: '7123456789012345678',
  messageType: MessageType.payResult,
  businessKey1: '7000000000000000001',
  businessKey2: '60201',
  businessKey3: null,
} as PayResultMessage

function openBroker() {
  const clock = settableClock()
  const scheduler = manualScheduler(clock)
  return { clock, scheduler, broker: createInProcessBroker(scheduler) }
}

describe('the in-process broker', () => {
  it('given two queues, then each consumer gets its own copy, every digit kept, and only then it is confirmed', async () => {
    const { broker } = openBroker()
    const read: ReceivedPayResultMessage[] = []
    const gate = Promise.withResolvers<void>()
    await broker.subscribe('one', async (received) => void read.push(received))
    await broker.subscribe('two', async (received) => {
      await gate.promise
      read.push(received)
    })
    let outcome: unknown
    const publishing = broker.publish(message).then((result) => {
      outcome = result
    })
    await nextTurn()
    expect(outcome).toBeUndefined()
    gate.resolve()
    await publishing
    expect(outcome).toEqual({ kind: 'confirmed' })
    expect(read).toEqual([message, message])
    expect(read[0]).not.toBe(read[1])
  })

  it('given no queue, then it is refused, as an unroutable message is', async () => {
    expect(await openBroker().broker.publish(message)).toEqual({ kind: 'refused', reason: 'no queue is bound' })
  })

  it('given a handler that throws, then exactly three tries one second apart, then it is undeliverable, with the reason', async () => {
    const { broker, scheduler, clock } = openBroker()
    const tries: number[] = []
    await broker.subscribe('paynotify_queue', async () => {
      tries.push(clock.now())
      throw new Error('no such choice')
    })
    const publishing = broker.publish(message)
    await scheduler.advance(10_000)
    expect(await publishing).toEqual({ kind: 'undeliverable', reason: 'paynotify_queue: no such choice' })
    expect(tries.map((at) => at - (tries[0] ?? 0))).toEqual([0, 1_000, 2_000])
  })

  it('given a handler that fails once, then the second try confirms it', async () => {
    const { broker, scheduler } = openBroker()
    let tries = 0
    await broker.subscribe('paynotify_queue', async () => {
      tries += 1
      if (tries === 1) throw new Error('busy')
    })
    const publishing = broker.publish(message)
    await scheduler.advance(1_000)
    expect(await publishing).toEqual({ kind: 'confirmed' })
  })

  it('given a handler that hangs, then the outcome is unknown within the time limit', async () => {
    const { broker, scheduler } = openBroker()
    await broker.subscribe('paynotify_queue', () => new Promise(() => {}))
    const publishing = broker.publish(message)
    await scheduler.advance(broker.timeLimitMs)
    expect(await publishing).toMatchObject({ kind: 'unknown' })
  })

  it('given a consumer whose store is away, then the outcome is unknown after one call, also when another consumer fails for good', async () => {
    const { broker } = openBroker()
    let calls = 0
    await broker.subscribe('materials', () => Promise.reject(new PermanentFailure('not for us')))
    await broker.subscribe('paynotify_queue', async () => {
      calls += 1
      throw new CheckoutError('store_unavailable', 'the database is away')
    })
    const reason = 'paynotify_queue: the database is away'
    expect(await broker.publish(message)).toEqual({ kind: 'unknown', reason })
    expect(calls).toBe(1)
  })

  it('given a permanent failure, then it is not tried again', async () => {
    const { broker } = openBroker()
    let tries = 0
    await broker.subscribe('paynotify_queue', async () => {
      tries += 1
      throw new PermanentFailure('not for us')
    })
    expect(await broker.publish(message)).toMatchObject({ kind: 'undeliverable' })
    expect(tries).toBe(1)
  })

  it('given a consumer that stops, then its running handler ends first and nothing more is handed over', async () => {
    const { broker } = openBroker()
    const gate = Promise.withResolvers<void>()
    const subscription = await broker.subscribe('paynotify_queue', () => gate.promise)
    const publishing = broker.publish(message)
    let stopped = false
    const stopping = subscription.stop().then(() => {
      stopped = true
    })
    await nextTurn()
    expect(stopped).toBe(false)
    gate.resolve()
    await Promise.all([stopping, publishing])
    expect(await broker.publish(message)).toMatchObject({ kind: 'refused' })
  })

  it('given a second consumer of one queue, then it is told', async () => {
    const { broker } = openBroker()
    await broker.subscribe('paynotify_queue', async () => {})
    await expect(broker.subscribe('paynotify_queue', async () => {})).rejects.toMatchObject({
      code: 'broker_unavailable',
    })
  })
})
