import { CheckoutError } from '@coursepay/core'
import { settableClock } from '@coursepay/core/fakes'
import { writePayResultMessage } from '@coursepay/core/ports'
import { describe, expect, it } from 'vitest'
import { sampleMessage } from './support/messages.js'
import { failing, start } from './support/one-delivery.js'

describe('a delivery whose proof is checked, or whose consumer cannot work', () => {
  it('dead-letters a message at once, untried and whole, when its proof is refused', async () => {
    let called = false
    const { done, copies } = start({
      headers: { 'x-proof': 'forged' },
      proofErrorOf: () => 'the proof does not fit',
      handler: async () => {
        called = true
      },
    })
    await done
    expect(called).toBe(false)
    expect(copies).toMatchObject([{ routingKey: 'paynotify_queue.dlq' }])
    expect(copies[0]?.options.headers).toMatchObject({ error: 'the proof does not fit', 'x-proof': 'forged' })
  })

  it('checks the proof of the body as it came', async () => {
    const seen: unknown[] = []
    const { done } = start({
      headers: { 'x-proof': 'mine' },
      proofErrorOf(content, proof) {
        seen.push(Buffer.from(content).toString(), proof)
        return null
      },
      handler: async () => {},
    })
    await done
    expect(seen).toEqual([writePayResultMessage(sampleMessage()), 'mine'])
  })

  it('keeps the proof with a copy, also when the other headers are too large', async () => {
    const { done, scheduler, copies } = start({
      handler: failing,
      headers: { trace: 'long', 'x-proof': 'mine' },
      answers: [{ kind: 'undeliverable', reason: 'it cannot be encoded' }],
    })
    await scheduler.advance(1_000)
    await done
    expect(copies.map(({ options }) => options.headers)).toEqual([
      { trace: 'long', 'x-proof': 'mine', 'app-attempt': 2 },
      { 'x-proof': 'mine', 'app-attempt': 2 },
    ])
  })

  it.each(['store_unavailable', 'ids_unavailable', 'broker_unavailable'] as const)(
    'counts %s as no try: the message waits in the retry queue as it came, and the consumer is told to pause',
    async (code) => {
      const handler = () => Promise.reject(new CheckoutError(code, 'away'))
      const { done, copies, calls, events } = start({ handler, headers: { 'app-attempt': 3 } })
      await done
      expect(copies).toMatchObject([{ routingKey: 'paynotify_queue.retry' }])
      expect(copies[0]?.options.headers).toEqual({ 'app-attempt': 3, 'app-waiting-since': expect.any(Number) })
      expect(calls).toEqual(['unavailable: away', 'ack'])
      expect(events).toEqual([])
    },
  )

  it.each([
    ['while it works on others', 300_000, true, 2],
    ['and works on none', 300_000, false, 1],
    ['only for a moment', 299_999, true, 1],
  ])(
    'a consumer that cannot work on a message %s counts a try accordingly',
    async (_, waitedMs, isWorking, attempt) => {
      const since = settableClock().now() - waitedMs
      const handler = () => Promise.reject(new CheckoutError('store_unavailable', 'away'))
      const { done, copies } = start({ handler, isWorking, headers: { 'app-waiting-since': since } })
      await done
      expect(copies[0]?.options.headers).toEqual({ 'app-attempt': attempt, 'app-waiting-since': since })
    },
  )

  it('counts another refusal of ours as a try', async () => {
    const handler = () => Promise.reject(new CheckoutError('choice_not_found', 'no such choice'))
    const { done, copies } = start({ handler })
    await done
    expect(copies[0]?.options.headers).toEqual({ 'app-attempt': 2 })
  })
})
