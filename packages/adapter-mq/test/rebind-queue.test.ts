import { manualScheduler, nextTurn, settableClock } from '@coursepay/core/fakes'
import { describe, expect, it } from 'vitest'
import type { AmqpConnection } from '../src/rabbit/amqp-connection.js'
import type { BrokerEvent } from '../src/rabbit/broker-event.js'
import type { RabbitSettings } from '../src/rabbit/rabbit-settings.js'
import { rebindQueue } from '../src/rabbit/rebind-queue.js'

/** A reader whose connection answers nothing until it is lost. */
function openReader() {
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
  rebindQueue(() => connection, settings as unknown as RabbitSettings, 'q', stopping.signal)
  const lose = async () => {
    lost.reject(new Error('the connection is closed'))
    await nextTurn()
  }
  return { scheduler, stopping, events, lose, calls: () => calls }
}

describe('a queue that is bound again', () => {
  it('reports a connection that is lost meanwhile', async () => {
    const reader = openReader()
    await reader.scheduler.advance(10_000)
    await reader.lose()
    expect(reader.events).toMatchObject([{ kind: 'not_bound', queue: 'q' }])
  })

  it('is not bound once its reader stops', async () => {
    const reader = openReader()
    reader.stopping.abort()
    await nextTurn()
    expect(reader.calls()).toBe(0)
  })

  it('reports no failure while its reader stops', async () => {
    const reader = openReader()
    await reader.scheduler.advance(10_000)
    expect(reader.calls()).toBe(1)
    reader.stopping.abort()
    await reader.lose()
    expect(reader.events).toEqual([])
  })
})
