import type { PublishOutcome } from '@coursepay/core/ports'
import { describe, expect, it } from 'vitest'
import { start } from './support/one-delivery.js'

const refused: PublishOutcome = { kind: 'refused', reason: 'nack' }
const unknown: PublishOutcome = { kind: 'unknown', reason: 'channel closed' }
const handler = async () => {}

describe('a message that is delivered again', () => {
  it('moves to the isolation queue, and is not handled here', async () => {
    const { done, calls, copies } = start({ handler, redelivered: true })
    await done
    expect(calls).toEqual(['ack'])
    expect(copies).toMatchObject([{ exchange: '', routingKey: 'paynotify_queue.alone' }])
  })

  it('is handled here when the isolation queue refused it three times', async () => {
    const { done, calls, copies, scheduler } = start({
      handler,
      redelivered: true,
      answers: [refused, refused, refused],
    })
    await scheduler.advance(2_000)
    await done
    expect(copies).toHaveLength(3)
    expect(calls).toEqual(['redeclare', 'redeclare', 'handled', 'ack'])
  })

  it('waits for a broker that is away, however long', async () => {
    const { done, calls, copies, scheduler } = start({ handler, redelivered: true, answers: Array(9).fill(unknown) })
    await scheduler.advance(9_000)
    await done
    expect(copies).toHaveLength(10)
    expect(calls).toEqual(['ack'])
  })
})
