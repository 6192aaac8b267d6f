import { CheckoutError } from '../../src/shared/checkout-error.js'
import { writePayResultMessage } from '../../src/shared/pay-result-message.js'
import { PermanentFailure } from '../../src/shared/ports/message-subscriber.js'
import { ensure, equal, failureOf, rejectsWithCode, showsNoSecret } from './assertions.js'
import { defineContract } from './define-contract.js'
import {
  type MessageSubscriberHarness,
  QUEUE,
  readWith,
  untilDeadLettered,
  waitUntil,
} from './message-subscriber-harness.js'
import { SAMPLE_TRACEPARENT, sampleId, sampleMessage } from './sample-data.js'

/** Longer than all three tries of a message take. */
const ALL_TRIES_MS = 4_000
const OTHER_QUEUE = 'paynotify_queue_materials'

const fail = (text: string) => () => Promise.reject(new Error(text))

export const messageSubscriberContract = defineContract<MessageSubscriberHarness>()('MessageSubscriber', {
  'hands over a message as it was sent': async (harness) => {
    const message = sampleMessage(1, { businessKey3: '第三 "📚"' })
    const { tries, called } = await readWith(harness)
    await harness.send(message)
    await called(1)
    equal(tries[0]?.message, message)
  },

  'hands over the traceparent that came beside the body': async (harness) => {
    const message = sampleMessage(1, { traceparent: SAMPLE_TRACEPARENT })
    const { tries, called } = await readWith(harness)
    await harness.send(message)
    await called(1)
    equal(tries[0]?.message, message)
  },

  'keeps every digit of an id that a Java service wrote as a number': async (harness) => {
    const { tries, called } = await readWith(harness)
    const body = `{"id":${sampleId(301)},"messageType":"payresult_notify","businessKey1":"7","businessKey2":"60201"}`
    await harness.sendRaw(QUEUE, body)
    await called(1)
    equal(tries[0]?.message.id as string | undefined, sampleId(301), 'the id')
  },

  'hands over a message of a kind that nobody knows yet': async (harness) => {
    const { tries, called } = await readWith(harness)
    const message = { ...sampleMessage(), messageType: 'course_moved' }
    await harness.sendRaw(QUEUE, JSON.stringify(message))
    await called(1)
    equal(tries[0]?.message, message)
  },

  'hands over what came before anybody asked': async (harness) => {
    const { subscription } = await readWith(harness)
    await subscription.stop()
    await harness.send(sampleMessage(1))
    await harness.send(sampleMessage(2))
    const { tries, called } = await readWith(harness)
    await called(2)
    equal(tries.map((each) => each.message.id as string).sort(), [
      sampleMessage(1).id as string,
      sampleMessage(2).id as string,
    ])
  },

  'hands every queue its own copy': async (harness) => {
    const some = await readWith(harness)
    const other = await readWith(harness, undefined, OTHER_QUEUE)
    await harness.send(sampleMessage())
    await Promise.all([some.called(1), other.called(1)])
    equal(some.tries[0]?.message, sampleMessage())
    equal(other.tries[0]?.message, sampleMessage())
  },

  'hands over a message once when it was handled': async (harness) => {
    const { tries, called } = await readWith(harness)
    await harness.send(sampleMessage())
    await called(1)
    await harness.passTime(ALL_TRIES_MS)
    equal(tries.length, 1, 'the number of calls')
    equal(await harness.deadLetters(QUEUE), [])
  },

  'tries three times, one second apart': async (harness) => {
    const { tries } = await readWith(harness, fail('the database is away'))
    await harness.send(sampleMessage())
    await untilDeadLettered(harness, 1)
    const [first = 0, second = 0, third = 0, ...more] = tries.map((each) => each.at)
    equal(more, [], 'tries after the third')
    for (const pause of [second - first, third - second]) {
      ensure(pause >= 990 && pause < 2_500, `The pause between two tries is one second, not ${pause} ms.`)
    }
    for (const { message } of tries) equal(message, sampleMessage())
  },

  'dead-letters a message after the third try, whole and with the reason': async (harness) => {
    await readWith(harness, fail('课程库不可用: the database is away'))
    await harness.send(sampleMessage())
    const [letter, ...more] = await untilDeadLettered(harness, 1)
    ensure(letter !== undefined && more.length === 0, 'There is one dead letter.')
    equal(letter.body, writePayResultMessage(sampleMessage()), 'the body')
    ensure(letter.reason.includes('课程库不可用: the database is away'), `The reason is there, not "${letter.reason}".`)
  },

  'stops trying once a try went well': async (harness) => {
    let failures = 1
    const { tries, called } = await readWith(harness, async () => {
      if (failures-- > 0) throw new Error('once')
    })
    await harness.send(sampleMessage())
    await called(2)
    await harness.passTime(ALL_TRIES_MS)
    equal(tries.length, 2, 'the number of calls')
    equal(await harness.deadLetters(QUEUE), [])
  },

  'counts no try while the reader cannot work, and resumes when it can': async (harness) => {
    let failures = 4
    const { tries, called } = await readWith(harness, async () => {
      if (failures-- > 0) throw new CheckoutError('store_unavailable', 'the database is away')
    })
    await harness.send(sampleMessage())
    await called(5)
    await harness.passTime(ALL_TRIES_MS)
    equal(tries.length, 5, 'the number of calls')
    equal(await harness.deadLetters(QUEUE), [])
  },

  'takes the next message although one keeps failing': async (harness) => {
    const { tries } = await readWith(harness, async ({ id }) => {
      if (id === sampleMessage(1).id) throw new Error('this one only')
    })
    await harness.send(sampleMessage(1))
    await harness.send(sampleMessage(2))
    await untilDeadLettered(harness, 1)
    const idsTried = () => tries.map((each) => each.message.id)
    await waitUntil(harness, 'the other message was handled', () => idsTried().includes(sampleMessage(2).id))
    equal(idsTried().filter((id) => id === sampleMessage(2).id).length, 1, 'the calls with the other message')
  },

  'disturbs no other queue with its tries': async (harness) => {
    await readWith(harness, fail('here only'))
    const other = await readWith(harness, undefined, OTHER_QUEUE)
    await harness.send(sampleMessage())
    await untilDeadLettered(harness, 1)
    equal(other.tries.length, 1, 'the number of calls for the other queue')
    equal(await harness.deadLetters(OTHER_QUEUE), [])
  },

  'dead-letters a permanent failure at once, with its reason': async (harness) => {
    const { tries } = await readWith(harness, () => Promise.reject(new PermanentFailure('no such course')))
    await harness.send(sampleMessage())
    const [letter] = await untilDeadLettered(harness, 1)
    ensure(letter?.reason.includes('no such course') === true, `The reason is there, not "${letter?.reason}".`)
    await harness.passTime(ALL_TRIES_MS)
    equal(tries.length, 1, 'the number of calls')
  },

  'dead-letters a malformed body at once, without calling the handler': async (harness) => {
    const { tries, called } = await readWith(harness)
    await harness.sendRaw(QUEUE, 'not json')
    const [letter] = await untilDeadLettered(harness, 1)
    equal(letter?.body, 'not json', 'the body')
    ensure(letter !== undefined && letter.reason.length > 0, 'There is a reason.')
    await harness.send(sampleMessage())
    await called(1)
    equal(tries[0]?.message, sampleMessage(), 'the message after the malformed one')
  },

  'hands over nothing new after it was stopped': async (harness) => {
    const { tries, subscription } = await readWith(harness)
    await subscription.stop()
    await harness.send(sampleMessage())
    await harness.passTime(ALL_TRIES_MS)
    equal(tries, [])
  },

  'has finished what was in work once it is stopped': async (harness) => {
    const work = { begun: false, ended: false, end: () => {} }
    const { subscription } = await readWith(harness, async () => {
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

  'does nothing more when it is stopped again': async (harness) => {
    const { subscription } = await readWith(harness)
    await subscription.stop()
    await subscription.stop()
  },

  'fails with broker_unavailable when the queue cannot be had, and says what to do': async (harness) => {
    await harness.spoilQueue(QUEUE)
    const { message } = await rejectsWithCode(readWith(harness), 'broker_unavailable')
    ensure(
      message.includes(QUEUE) && message.length > QUEUE.length + 20,
      `"${message}" is no sentence about the queue.`,
    )
  },

  'resumes after the broker was lost for a moment': async (harness) => {
    const { tries, called } = await readWith(harness)
    await harness.send(sampleMessage(1))
    await called(1)
    await harness.restartBroker()
    await harness.send(sampleMessage(2))
    await waitUntil(harness, 'the second message came', () =>
      tries.some((each) => each.message.id === sampleMessage(2).id),
    )
  },

  'leaves no secret in its errors': async (harness) => {
    await harness.spoilQueue(QUEUE)
    showsNoSecret(harness, await failureOf(readWith(harness)))
  },
})
