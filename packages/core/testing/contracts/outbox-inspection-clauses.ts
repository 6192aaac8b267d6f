import { messageId } from '../../src/shared/identifiers.js'
import type { ClaimedMessage, OutboxPort } from '../../src/shared/ports/outbox-port.js'
import { ensure, equal } from './assertions.js'
import { sampleId, sampleMessage } from './sample-data.js'
import { atOnce, type OrderStoresHarness } from './store-harness.js'

export const LEASE_MS = 60_000
export const DELAY_MS = 4_000
export const noMessage = messageId(sampleId(99))
export const soon = { delayMs: DELAY_MS, reason: 'no queue is bound', countsAsAttempt: true }

export async function claimOne(outbox: OutboxPort): Promise<ClaimedMessage> {
  const [claim, ...more] = await outbox.claim(10, LEASE_MS)
  ensure(claim !== undefined && more.length === 0, 'Exactly one message is handed out.')
  return claim
}

export async function appendAndClaim({ stores: { outbox } }: OrderStoresHarness): Promise<ClaimedMessage> {
  await outbox.append(sampleMessage())
  return claimOne(outbox)
}

/** A claim whose lease ran out and went to somebody else: [what was lost, what holds now]. */
export async function loseLease(harness: OrderStoresHarness): Promise<readonly [ClaimedMessage, ClaimedMessage]> {
  const lost = await appendAndClaim(harness)
  await harness.passTime(LEASE_MS)
  return [lost, await claimOne(harness.stores.outbox)]
}

/** The clauses of the outbox about what an operator sees of it, and can do. */
export const inspectionClauses = {
  'has no backlog when it is empty': async ({ outboxInspection }: OrderStoresHarness) => {
    equal(await outboxInspection.backlog(), { waiting: 0, dead: 0, oldestMs: 0 })
  },

  'shows how many messages wait or are dead, and the age of the oldest that waits': async (
    harness: OrderStoresHarness,
  ) => {
    const { outbox } = harness.stores
    await outbox.park(await appendAndClaim(harness), 'poison')
    await harness.passTime(1_000_000)
    await outbox.append(sampleMessage(2))
    await claimOne(outbox)
    await harness.passTime(500_000)
    await outbox.append(sampleMessage(3))
    const { waiting, dead, oldestMs } = await harness.outboxInspection.backlog()
    equal([waiting, dead], [2, 1], 'the messages that wait, and those that are dead')
    ensure(oldestMs >= 500_000 && oldestMs < 700_000, `The oldest waits for 500 s, not ${oldestMs} ms.`)
  },

  'puts a dead message back': async (harness: OrderStoresHarness) => {
    const { outbox } = harness.stores
    await outbox.park(await appendAndClaim(harness), 'poison')
    equal(await harness.outboxInspection.redeliver(sampleMessage().id), true)
    equal((await claimOne(outbox)).message, sampleMessage())
  },

  'counts attempts and claims from zero again for a message that was put back': async (harness: OrderStoresHarness) => {
    const { outbox } = harness.stores
    await outbox.postpone(await appendAndClaim(harness), soon)
    await harness.passTime(DELAY_MS)
    await claimOne(outbox)
    await harness.passTime(LEASE_MS)
    const held = await claimOne(outbox)
    equal([held.attempts, held.claims], [1, 2], 'the attempts and claims before it died')
    await outbox.park(held, 'poison')
    await harness.outboxInspection.redeliver(held.message.id)
    const { attempts, claims } = await claimOne(outbox)
    equal([attempts, claims], [0, 1], 'the attempts and claims after it was put back')
    equal(await outbox.delivered(held), false, 'delivered under the lease from before')
  },

  'puts a dead message back once': async (harness: OrderStoresHarness) => {
    await harness.stores.outbox.park(await appendAndClaim(harness), 'poison')
    const answers = await atOnce(4, () => harness.outboxInspection.redeliver(sampleMessage().id))
    equal(answers.filter((answer) => answer).length, 1, 'the number of callers that put it back')
  },

  'answers false when there is no such dead message to put back': async (harness: OrderStoresHarness) => {
    const claim = await appendAndClaim(harness)
    equal(await harness.outboxInspection.redeliver(noMessage), false, 'putting back what is not there')
    equal(await harness.outboxInspection.redeliver(claim.message.id), false, 'putting back what is not dead')
    equal(await harness.stores.outbox.delivered(claim), true, 'the delivery under the lease')
  },
} as const
