import { CheckoutError, PermanentFailure } from '../../src/index.js'
import type { MessageHandler, MessageSubscriber } from '../../src/ports.js'
import {
  type MessageSubscriberHarness,
  messageSubscriberContract,
  sampleMessage,
} from '../../testing/contracts/index.js'
import { messageSubscriberHarness } from '../harnesses/broker-harnesses.js'
import { FAKE_SECRET } from '../harnesses/fake-secret.js'
import { changed, rounded, type Sabotage, sabotaged } from './sabotage.js'

const inSubscriber =
  (subscribe: (subscriber: MessageSubscriber) => MessageSubscriber['subscribe']): Sabotage<MessageSubscriberHarness> =>
  (harness) =>
    changed(harness, { subscriber: { subscribe: subscribe(harness.subscriber) } })

/** Puts something between the queue and the handler. */
const handledBy = (wrap: (handler: MessageHandler) => MessageHandler) =>
  inSubscriber(
    ({ subscribe }) =>
      (queue, handler) =>
        subscribe(queue, wrap(handler)),
  )

/** Handles failures in some other way than by three tries. */
const failures = (treat: (error: unknown, again: () => Promise<void>) => Promise<void>) =>
  handledBy((handler) => async (message) => {
    try {
      await handler(message)
    } catch (error) {
      await treat(error, () => handler(message))
    }
  })

/** Fails in another way when the queue cannot be had. */
const failing = (disguise: (error: unknown) => Error) =>
  inSubscriber(
    ({ subscribe }) =>
      (queue, handler) =>
        subscribe(queue, handler).catch((error) => {
          throw disguise(error)
        }),
  )

/** The dead letters, spoilt. */
const inDeadLetters =
  (
    spoil: (letter: { body: string; reason: string }) => { body: string; reason: string },
  ): Sabotage<MessageSubscriberHarness> =>
  (harness) =>
    changed(harness, { deadLetters: async (queue) => (await harness.deadLetters(queue)).map(spoil) })

export const messageSubscriberSabotage = sabotaged(messageSubscriberContract, messageSubscriberHarness, {
  'hands over a message as it was sent, with the traceparent that came beside the body': [
    handledBy((handler) => (message) => handler({ ...message, businessKey3: null })),
    handledBy((handler) => (message) => handler({ ...message, traceparent: undefined })),
  ],

  'keeps every digit of an id that a Java service wrote as a number': handledBy(
    (handler) => (message) => handler({ ...message, id: rounded(message.id) }),
  ),

  'hands over a message of a kind that nobody knows yet': handledBy(
    (handler) => async (message) => (message.messageType === 'course_moved' ? undefined : handler(message)),
  ),

  // A queue that lives as long as its reader.
  'hands over what came before anybody asked': (harness) => {
    let read = 0
    return changed(harness, {
      async send(message) {
        read += 1
        if (read > 1) await harness.send(message)
      },
    })
  },

  // Both services read one queue.
  'hands every queue its own copy': inSubscriber(
    ({ subscribe }) =>
      (_queue, handler) =>
        subscribe('paynotify_queue', handler),
  ),

  'hands over a message once when it was handled': handledBy((handler) => async (message) => {
    await handler(message)
    await handler(message)
  }),

  // Counts an outage as the message's fault.
  'counts no try while the reader cannot work, and resumes when it can': failures(async (error) => {
    throw new Error(String(error))
  }),

  'tries three times, one second apart, and dead-letters it whole with the reason': [
    // At once, without the second between.
    failures(async (_error, again) => {
      await again().catch(() => {})
      await again().catch((error) => {
        throw new PermanentFailure(String(error))
      })
    }),
    inDeadLetters(({ body }) => ({ body, reason: 'rejected' })),
  ],

  'stops trying once a try went well': failures(async (error, again) => {
    await again()
    throw error
  }),

  // Blocks the queue until the one that fails is done with.
  'takes the next message although one keeps failing': handledBy((handler) => async (message) => {
    if (message.id === sampleMessage(1).id) await new Promise(() => {})
    await handler(message)
  }),

  // A failed message goes through the fanout again, once.
  'disturbs no other queue with its tries': (harness) => {
    let failed = 0
    return failures(async (error) => {
      failed += 1
      if (failed === 1) await harness.send(sampleMessage())
      throw error
    })(harness)
  },

  'dead-letters a permanent failure at once, with its reason': failures(async (error) => {
    throw new Error(error instanceof Error ? error.message : String(error))
  }),

  'dead-letters a malformed body at once, without calling the handler': inDeadLetters(({ reason }) => ({
    body: '',
    reason,
  })),

  'hands over nothing new after it was stopped, also twice': [
    inSubscriber(({ subscribe }) => async (queue, handler) => {
      await subscribe(queue, handler)
      return { stop: async () => {} }
    }),
    inSubscriber(({ subscribe }) => async (queue, handler) => {
      const subscription = await subscribe(queue, handler)
      let stopped = false
      return {
        async stop() {
          if (stopped) throw new Error('Channel closed')
          stopped = true
          await subscription.stop()
        },
      }
    }),
  ],

  'has finished what was in work once it is stopped': inSubscriber(({ subscribe }) => async (queue, handler) => {
    const { stop } = await subscribe(queue, handler)
    return { stop: async () => void stop() }
  }),

  'fails with broker_unavailable when the queue cannot be had, says what to do, and shows no secret': [
    failing(() => new CheckoutError('broker_unavailable', '406 PRECONDITION_FAILED')),
    failing((cause) => {
      const sentence = `amqp://guest:${FAKE_SECRET}@broker says no to paynotify_queue.`
      return new CheckoutError('broker_unavailable', sentence, { cause })
    }),
  ],

  // The reader is not made again after the connection was lost.
  'resumes after the broker was lost for a moment': (harness) => {
    const subscriptions: { stop(): Promise<void> }[] = []
    const subscriber: MessageSubscriber = {
      async subscribe(queue, handler) {
        const subscription = await harness.subscriber.subscribe(queue, handler)
        subscriptions.push(subscription)
        return subscription
      },
    }
    const restartBroker = async () => void (await Promise.all(subscriptions.map(({ stop }) => stop())))
    return changed(harness, { subscriber, restartBroker })
  },
})
