import { orderId, PermanentFailure, payNo } from '@coursepay/core'
import { nextTurn } from '@coursepay/core/fakes'
import { MAX_MESSAGE_BYTES, type PublishOutcome, writePayResultMessage } from '@coursepay/core/ports'
import { describe, expect, it } from 'vitest'
import { sampleMessage } from './support/messages.js'
import { failing, start } from './support/one-delivery.js'

const confirmed: PublishOutcome = { kind: 'confirmed' }
const refused: PublishOutcome = { kind: 'refused', reason: 'no queue is bound' }

describe('one delivery', () => {
  it('given a handler that is done, then it is acked and nothing is sent', async () => {
    const { done, calls, copies } = start({ handler: async () => {} })
    await done
    expect(calls).toEqual(['handled', 'ack'])
    expect(copies).toEqual([])
  })

  it('given a first failure, then a copy goes to its own retry queue, and only then it is acked', async () => {
    const answer = Promise.withResolvers<PublishOutcome>()
    const headers = { traceparent: '00-1' }
    const { done, calls, copies } = start({ handler: failing, headers, answers: [answer.promise] })
    await nextTurn()
    expect(copies).toHaveLength(1)
    expect(calls).toEqual([])
    answer.resolve(confirmed)
    await done
    expect(calls).toEqual(['ack'])
    expect(copies).toMatchObject([{ exchange: '', routingKey: 'paynotify_queue.retry' }])
    expect(copies[0]?.options.headers).toEqual({ traceparent: '00-1', 'app-attempt': 2 })
  })

  it('given the third failure, then it goes to the dead-letter queue with reason, time and queue', async () => {
    const { done, copies, events } = start({ handler: failing, headers: { 'app-attempt': 3 } })
    await done
    expect(copies).toMatchObject([{ exchange: '', routingKey: 'paynotify_queue.dlq' }])
    expect(copies[0]?.options.headers).toEqual({
      'app-attempt': 3,
      error: 'the database is away',
      'failed-at': '2026-01-02T03:04:05.678Z',
      'original-queue': 'paynotify_queue',
    })
    const { id: messageId } = sampleMessage()
    expect(events).toEqual([
      { kind: 'dead_lettered', queue: 'paynotify_queue', attempt: 3, reason: 'the database is away', messageId },
    ])
  })

  it('names the message, the order and the payment when a try or a copy of it fails', async () => {
    const payment = { orderId: orderId('7000000000000000001'), payNo: payNo('7000000000000000002') }
    const message = { ...sampleMessage(), ...payment }
    const content = Buffer.from(writePayResultMessage(message))
    const { scheduler, done, events } = start({ handler: failing, content, answers: [refused, confirmed] })
    await scheduler.advance(1_000)
    await done
    const numbers = { messageId: message.id, ...payment }
    expect(events).toMatchObject([
      { kind: 'try_failed', ...numbers },
      { kind: 'copy_failed', ...numbers },
    ])
  })

  it.each([
    ['a permanent failure', () => Promise.reject(new PermanentFailure('no such choice'))],
    [
      'a permanent failure of another copy of core',
      () => Promise.reject(Object.assign(new Error('no such choice'), { name: 'PermanentFailure' })),
    ],
  ])('given %s, then it goes to the dead-letter queue at once', async (_, handler) => {
    const { done, copies } = start({ handler })
    await done
    expect(copies).toMatchObject([{ routingKey: 'paynotify_queue.dlq' }])
    expect(copies[0]?.options.headers).toMatchObject({ error: 'no such choice', 'app-attempt': 1 })
  })

  it.each([
    ['no JSON', Buffer.from('not json')],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['nothing', Buffer.alloc(0)],
  ])(
    'given a body with %s, then the handler is not called and the body becomes a dead letter byte for byte',
    async (_, content) => {
      let called = false
      const { done, copies } = start({
        content,
        handler: async () => {
          called = true
        },
      })
      await done
      expect(called).toBe(false)
      expect(copies).toMatchObject([{ routingKey: 'paynotify_queue.dlq', content }])
      expect(String(copies[0]?.options.headers?.error)).toMatch(/^malformed message: /)
    },
  )

  it('dead-letters a body above the size limit without reading it', async () => {
    const content = Buffer.alloc(MAX_MESSAGE_BYTES + 1, ' ')
    const { done, copies } = start({ content, handler: async () => {} })
    await done
    expect(copies[0]?.routingKey).toBe('paynotify_queue.dlq')
    expect(String(copies[0]?.options.headers?.error)).toMatch(/more than 65536 bytes/)
  })

  it('given a handler that throws before it returns a promise, then that is a failure like any other', async () => {
    const { done, copies } = start({
      handler: () => {
        throw new Error('at once')
      },
    })
    await done
    expect(copies).toMatchObject([{ routingKey: 'paynotify_queue.retry' }])
  })

  it.each(['2', 2.5, 0, -1, null, { '!': 'int64' }])(
    'given a strange attempt number %o, then it is the first try',
    async (attempt) => {
      const { done, copies } = start({ handler: failing, headers: { 'app-attempt': attempt } })
      await done
      expect(copies[0]?.options.headers).toEqual({ 'app-attempt': 2 })
    },
  )

  it('leaves out of a copy what would send it elsewhere, delete it, or mislead the broker', async () => {
    const { done, copies } = start({
      handler: failing,
      headers: {
        CC: ['other'],
        BCC: ['another'],
        'x-death': [{ count: 1 }],
        'x-delivery-count': 2,
        'publish-try': '7',
      },
      properties: { expiration: '1000', userId: 'java', messageId: '7', type: 'payresult_notify', contentType: 'a/b' },
    })
    await done
    expect(copies[0]?.options.headers).toEqual({ 'app-attempt': 2 })
    expect(copies[0]?.options).toMatchObject({ messageId: '7', type: 'payresult_notify', contentType: 'a/b' })
    expect(copies[0]?.options).not.toHaveProperty('expiration')
    expect(copies[0]?.options).not.toHaveProperty('userId')
  })

  it('given a copy that is not confirmed, then the message is kept and the copy sent again a second later', async () => {
    const answers: PublishOutcome[] = [{ kind: 'unknown', reason: 'channel closed' }, refused]
    const { done, scheduler, calls, copies } = start({ handler: failing, answers })
    await scheduler.advance(999)
    expect(copies).toHaveLength(1)
    await scheduler.advance(1)
    expect(copies).toHaveLength(2)
    // Refused: its queue is gone.
    expect(calls).toEqual(['redeclare'])
    await scheduler.advance(1_000)
    await done
    expect(copies).toHaveLength(3)
    expect(calls).toEqual(['redeclare', 'ack'])
  })

  it('given headers that are too large together with ours, then ours alone go with the copy', async () => {
    const { done, scheduler, copies, calls } = start({
      handler: failing,
      headers: { trace: 'long' },
      answers: [{ kind: 'undeliverable', reason: 'it cannot be encoded' }],
    })
    await scheduler.advance(1_000)
    await done
    expect(copies[1]?.options.headers).toEqual({ 'app-attempt': 2 })
    expect(calls).toEqual(['ack'])
  })

  it('given a consumer that stops and a copy that is not confirmed, then the message goes back by reject', async () => {
    const { done, calls, state } = start({ handler: failing, answers: [refused] })
    state.stopping = true
    await done
    // RabbitMQ 4.3 counts a reject, not a nack.
    expect(calls).toEqual(['reject true'])
  })

  it('given a channel that was lost meanwhile, then nothing is acked on it and nothing is sent', async () => {
    const gate = Promise.withResolvers<void>()
    const { done, calls, copies, state } = start({ handler: () => gate.promise.then(failing) })
    await nextTurn()
    state.open = false
    gate.resolve()
    await done
    expect(calls).toEqual([])
    expect(copies).toEqual([])
  })

  it('keeps the reason in a header short', async () => {
    const { done, copies } = start({ handler: () => Promise.reject(new PermanentFailure('x'.repeat(100_000))) })
    await done
    expect(copies[0]?.options.headers?.error).toHaveLength(500)
  })
})
