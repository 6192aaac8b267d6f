import { messagePublisherContract, messageSubscriberContract } from '@coursepay/core/contracts'
import { describe, it } from 'vitest'
import { rabbit } from './support/rabbit.js'
import { rabbitPublisherHarness, rabbitSubscriberHarness } from './support/rabbit-harnesses.js'
import { named } from './support/services.js'

/**
 * The second between two tries is the broker's own, so clauses wait for real time: side by side, each in its own
 * corner.
 */
const runner = {
  describe,
  it: Object.assign((name: string, body: () => Promise<void>) => void it.concurrent(name, body), { skip: it.skip }),
}

describe.skipIf(rabbit.missing)(named('the contract suites', rabbit), () => {
  messagePublisherContract(runner, { name: rabbit.name, makeHarness: rabbitPublisherHarness })
  messageSubscriberContract(runner, { name: rabbit.name, makeHarness: rabbitSubscriberHarness })
})
