import { messagePublisherContract, messageSubscriberContract } from '@coursepay/core/contracts'
import { describe, it } from 'vitest'
import { inProcessPublisherHarness, inProcessSubscriberHarness } from './support/in-process-harnesses.js'

const runner = { describe, it }
const noBroker = 'no broker runs outside this process, so none can fail alone'
const noProducer = 'nobody but this process can put anything into a queue, and it writes messages whole'

messagePublisherContract(runner, {
  name: 'in process',
  makeHarness: inProcessPublisherHarness,
  deviations: [
    { clause: 'refuses when the broker does, and nothing is stored', reason: noBroker },
    { clause: 'does not know when no word comes', reason: noBroker },
    { clause: 'does not know, and does not throw, when the broker cannot be reached', reason: noBroker },
  ],
})

messageSubscriberContract(runner, {
  name: 'in process',
  makeHarness: inProcessSubscriberHarness,
  deviations: [
    {
      clause: 'hands over what came before anybody asked',
      reason: 'nothing is stored here: without a consumer the publish is refused and the message stays in the outbox',
    },
    { clause: 'keeps every digit of an id that a Java service wrote as a number', reason: noProducer },
    { clause: 'dead-letters a malformed body at once, without calling the handler', reason: noProducer },
    { clause: 'resumes after the broker was lost for a moment', reason: noBroker },
  ],
})
