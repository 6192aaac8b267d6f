import { CheckoutError } from '../../src/shared/checkout-error.js'
import { type ReceivedPayResultMessage, writePayResultMessage } from '../../src/shared/pay-result-message.js'
import { PermanentFailure } from '../../src/shared/ports/message-subscriber.js'
import { ensure, equal, rejectsWithCode, showsNoSecret } from './assertions.js'
import { defineContract } from './define-contract.js'
import {
  consumeWith,
  type MessageSubscriberHarness,
  QUEUE,
  untilDeadLettered,
  waitUntil,
} from './message-subscriber-harness.js'
import { SAMPLE_TRACEPARENT, sampleMessage } from './sample-data.js'

/** Longer than all three tries of a message take. */
const ALL_TRIES_MS = 4_000
const OTHER_QUEUE = 'paynotify_queue_materials'

const throwError = (text: string) => () => Promise.reject(new Error(text))

/** A body that another producer puts into the queue is handed over as this message. */
async function expectReadFromRaw(
  harness: MessageSubscriberHarness,
  message: ReceivedPayResultMessage,
  body: string,
): Promise<void> {
  const { calls, untilCalled } = await consumeWith(harness)
  await harness.sendRaw(QUEUE, body)
  await untilCalled(1)
  equal(calls[0]?.message, message)
}

/** A message whose handler fails this often is handled once more, then left alone, and is no dead letter. */
async function expectHandledAfter(
  harness: MessageSubscriberHarness,
  failures: number,
  error: Error | null,
): Promise<void> {
  const { calls, untilCalled } = await consumeWith(harness, async () => {
    if (calls.length <= failures) throw error
  })
  await harness.send(sampleMessage())
  await untilCalled(failures + 1)
  await harness.passTime(ALL_TRIES_MS)
  equal(calls.length, failures + 1, 'the number of calls')
  equal(await harness.deadLetters(QUEUE), [])
}

export const messageSubscriberContract = defineContract<MessageSubscriberHarness>()('MessageSubscriber', {
  'hands over a message as it was sent, with the traceparent that came beside the body': async (harness) => {
    const message = sampleMessage(1, { businessKey3: '第三 "📚"', traceparent: SAMPLE_TRACEPARENT })
    const { calls, untilCalled } = await consumeWith(harness)
    await harness.send(message)
    await untilCalled(1)
    equal(calls[0]?.message, message)
  },

  'keeps every digit of an id that a Java service wrote as a number': (harness) =>
    expectReadFromRaw(harness, sampleMessage(), JSON.stringify(sampleMessage()).replace(/"id":"(\d+)"/, '"id":$1')),

  'hands over a message of a kind that nobody knows yet': (harness) => {
    const message = { ...sampleMessage(), messageType: 'course_moved' }
    return expectReadFromRaw(harness, message, JSON.stringify(message))
  },

  'hands over what came before anybody asked': async (harness) => {
    const { subscription } = await consumeWith(harness)
    await subscription.stop()
    const ids = [1, 2].map((count) => sampleMessage(count).id)
    for (const count of [1, 2]) await harness.send(sampleMessage(count))
    const { calls, untilCalled } = await consumeWith(harness)
    await untilCalled(2)
    equal(calls.map(({ message }) => message.id).sort(), ids)
  },

  'hands every queue its own copy': async (harness) => {
    const some = await consumeWith(harness)
    const other = await consumeWith(harness, undefined, OTHER_QUEUE)
    await harness.send(sampleMessage())
    await Promise.all([some.untilCalled(1), other.untilCalled(1)])
    equal(some.calls[0]?.message, sampleMessage())
    equal(other.calls[0]?.message, sampleMessage())
  },

  'hands over a message once when it was handled': (harness) => expectHandledAfter(harness, 0, null),

  'tries three times, one second apart, and dead-letters it whole with the reason': async (harness) => {
    const { calls } = await consumeWith(harness, throwError('课程库不可用: the database is away'))
    await harness.send(sampleMessage())
    const [letter, ...others] = await untilDeadLettered(harness, 1)
    equal([letter?.body, others], [writePayResultMessage(sampleMessage()), []])
    const { reason = '' } = letter ?? {}
    ensure(reason.includes('课程库不可用: the database is away'), `The reason is there, not "${reason}".`)
    const [first = 0, second = 0, third = 0, ...more] = calls.map((each) => each.at)
    equal(more, [], 'tries after the third')
    for (const pause of [second - first, third - second]) {
      ensure(pause >= 990 && pause < 2_500, `The pause between two tries is one second, not ${pause} ms.`)
    }
    for (const { message } of calls) equal(message, sampleMessage())
  },

  'stops trying once a try went well': (harness) => expectHandledAfter(harness, 1, new Error('once')),

  'counts no try while the reader cannot work, and resumes when it can': (harness) =>
    expectHandledAfter(harness, 4, new CheckoutError('store_unavailable', 'the database is away')),

  'takes the next message although one keeps failing': async (harness) => {
    const { calls } = await consumeWith(harness, async ({ id }) => {
      if (id === sampleMessage(1).id) throw new Error('this one only')
    })
    for (const count of [1, 2]) await harness.send(sampleMessage(count))
    await untilDeadLettered(harness, 1)
    const triesOfOther = () => calls.filter(({ message }) => message.id === sampleMessage(2).id).length
    await waitUntil(harness, 'the other message was handled', () => triesOfOther() > 0)
    equal(triesOfOther(), 1, 'the calls with the other message')
  },

  'disturbs no other queue with its tries': async (harness) => {
    await consumeWith(harness, throwError('here only'))
    const other = await consumeWith(harness, undefined, OTHER_QUEUE)
    await harness.send(sampleMessage())
    await untilDeadLettered(harness, 1)
    equal(other.calls.length, 1, 'the number of calls for the other queue')
    equal(await harness.deadLetters(OTHER_QUEUE), [])
  },

  'dead-letters a permanent failure at once, with its reason': async (harness) => {
    const { calls } = await consumeWith(harness, () => Promise.reject(new PermanentFailure('no such course')))
    await harness.send(sampleMessage())
    const [letter] = await untilDeadLettered(harness, 1)
    ensure(letter?.reason.includes('no such course') === true, `The reason is there, not "${letter?.reason}".`)
    await harness.passTime(ALL_TRIES_MS)
    equal(calls.length, 1, 'the number of calls')
  },

  'dead-letters a malformed body at once, without calling the handler': async (harness) => {
    const { calls, untilCalled } = await consumeWith(harness)
    await harness.sendRaw(QUEUE, 'not json')
    const [letter] = await untilDeadLettered(harness, 1)
    equal(letter?.body, 'not json', 'the body')
    ensure(letter !== undefined && letter.reason.length > 0, 'There is a reason.')
    await harness.send(sampleMessage())
    await untilCalled(1)
    equal(calls[0]?.message, sampleMessage(), 'the message after the malformed one')
  },

  'hands over nothing new after it was stopped, also twice': async (harness) => {
    const { calls, subscription } = await consumeWith(harness)
    for (const _time of ['first', 'second']) await subscription.stop()
    await harness.send(sampleMessage())
    await harness.passTime(ALL_TRIES_MS)
    equal(calls, [])
  },

  'has finished what was in work once it is stopped': async (harness) => {
    const work = { begun: false, ended: false, end: () => {} }
    const { subscription } = await consumeWith(harness, async () => {
      work.begun = true
      await new Promise<void>((resolve) => {
        work.end = resolve
      })
      await null
      work.ended = true
    })
    await harness.send(sampleMessage())
    await waitUntil(harness, 'the handler is at work', () => work.begun)
    const stopped = subscription.stop().then(() => work.ended)
    work.end()
    equal(await stopped, true, 'whether the work had ended when the stop was over')
  },

  'fails with broker_unavailable when the queue cannot be had, says what to do, and shows no secret': async (
    harness,
  ) => {
    await harness.spoilQueue(QUEUE)
    const error = await rejectsWithCode(consumeWith(harness), 'broker_unavailable')
    const isSentence = error.message.includes(QUEUE) && error.message.length > QUEUE.length + 20
    ensure(isSentence, `"${error.message}" is no sentence about the queue.`)
    showsNoSecret(harness, error)
  },

  'resumes after the broker was lost for a moment': async (harness) => {
    const { calls, untilCalled } = await consumeWith(harness)
    await harness.send(sampleMessage(1))
    await untilCalled(1)
    await harness.restartBroker()
    await harness.send(sampleMessage(2))
    await waitUntil(harness, 'the second message came', () =>
      calls.some((each) => each.message.id === sampleMessage(2).id),
    )
  },
})
