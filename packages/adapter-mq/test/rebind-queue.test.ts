import { manualScheduler, nextTurn, settableClock } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import type { AmqpConnection } from '../src/rabbit/amqp-connection.js'
import type { BrokerEvent } from '../src/rabbit/broker-event.js'
import type { RabbitSettings } from '../src/rabbit/rabbit-settings.js'
import { rebindPeriodically } from '../src/rabbit/rebind-queue.js'

/** A consumer whose connection answers nothing until it is lost. */
function startRebinding() {
  const scheduler = manualScheduler(settableClock())
  const stopping = new AbortController()
  const events: BrokerEvent[] = []
  const lost = Promise.withResolvers<never>()
  let calls = 0
  const connection = {
    withChannel() {
      calls += 1
      return lost.promise
    },
  } as unknown as AmqpConnection
  const settings = { exchange: 'e', scheduler, onEvent: (event: BrokerEvent) => void events.push(event) }
  rebindPeriodically(() => connection, settings as unknown as RabbitSettings, 'q', stopping.signal)
  const lose = async () => {
    lost.reject(new Error('the connection is closed'))
    await nextTurn()
  }
  return { scheduler, stopping, events, lose, calls: () => calls }
}

describe('a queue that is bound again', () => {
  it('reports a connection that is lost meanwhile', async () => {
    const consumer = startRebinding()
    await consumer.scheduler.advance(10_000)
    await consumer.lose()
    expect(consumer.events).toMatchObject([{ kind: 'not_bound', queue: 'q' }])
  })

  it('is not bound once its consumer stops', async () => {
    const consumer = startRebinding()
    consumer.stopping.abort()
    await nextTurn()
    expect(consumer.calls()).toBe(0)
  })

  it('reports no failure while its consumer stops', async () => {
    const consumer = startRebinding()
    await consumer.scheduler.advance(10_000)
    expect(consumer.calls()).toBe(1)
    consumer.stopping.abort()
    await consumer.lose()
    expect(consumer.events).toEqual([])
  })
})
