import type { PayResultMessage } from '../../src/shared/pay-result-message.js'
import type {
  ClaimedMessage,
  DeliveryOutcome,
  OutboxInspection,
  OutboxPort,
} from '../../src/shared/ports/outbox-port.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { sampleId, sampleMessage, sampleMessageDetails, sampleOperatorAction, sampleOrder } from './sample-data.js'
import { callConcurrently, commitOrder, indexOfWinner, type OrderStoreHarness, storeClauses } from './store-harness.js'

const LEASE_MS = 60_000
const DELAY_MS = 4_000

type Outbox = OutboxPort & OutboxInspection

const acknowledge = (claimed: ClaimedMessage): DeliveryOutcome => ({ kind: 'acknowledge', claimed })
const reschedule = (claimed: ClaimedMessage, countsAsAttempt = true): DeliveryOutcome => ({
  ...{ kind: 'reschedule', claimed, delayMs: DELAY_MS, countsAsAttempt },
  reason: 'no queue is bound',
})
const deadLetter = (claimed: ClaimedMessage, reason = '毒消息'): DeliveryOutcome => ({
  kind: 'deadLetter',
  claimed,
  reason,
})
const everyOutcome = [acknowledge, reschedule, deadLetter]

/** A commit appends a message; `count` names its order too. */
async function append(harness: OrderStoreHarness, count = 1, changes: Partial<PayResultMessage> = {}): Promise<void> {
  await commitOrder(harness, null, sampleOrder(count), { messages: [sampleMessage(count, changes)] })
}

async function claimOne(outbox: OutboxPort): Promise<ClaimedMessage> {
  const [claim, ...more] = await outbox.claim(10, LEASE_MS)
  ensure(claim !== undefined && more.length === 0, 'Exactly one message is handed out.')
  return claim
}

async function appendAndClaim(harness: OrderStoreHarness, count = 1): Promise<ClaimedMessage> {
  await append(harness, count)
  return claimOne(harness.store.outbox)
}

/** A claim whose lease ran out and went to another claimer: [what was lost, what holds now]. */
async function loseLease(harness: OrderStoreHarness, count = 1): Promise<readonly [ClaimedMessage, ClaimedMessage]> {
  const lost = await appendAndClaim(harness, count)
  await harness.passTime(LEASE_MS)
  return [lost, await claimOne(harness.store.outbox)]
}

/** Reschedules a message, and lets its delay pass. */
async function rescheduleOne(harness: OrderStoreHarness, claim: ClaimedMessage, countsAsAttempt = true): Promise<void> {
  equal(await harness.store.outbox.settle([reschedule(claim, countsAsAttempt)]), [true])
  await harness.passTime(DELAY_MS)
}

async function makeDeadLetters(harness: OrderStoreHarness, ...counts: number[]): Promise<void> {
  for (const count of counts) {
    const claim = await appendAndClaim(harness, count)
    equal(await harness.store.outbox.settle([deadLetter(claim, `no queue ${count}`)]), [true])
    await harness.passTime(1_000)
  }
}

const tryAcknowledge = async (outbox: Outbox, claim: ClaimedMessage) => (await outbox.settle([acknowledge(claim)]))[0]
const messageIdsOf = (claimed: readonly Pick<ClaimedMessage, 'message'>[]) => claimed.map(({ message }) => message.id)
const messageIds = (...counts: number[]) => counts.map((count) => sampleMessage(count).id)

export const outboxPortContract = defineContract<OrderStoreHarness>()('OutboxPort', {
  'hands an appended message out at once, as it was, also without a third key or a payment': async (harness) => {
    equal(await harness.store.outbox.claim(10, LEASE_MS), [], 'what is due before')
    for (const [count, details] of [sampleMessageDetails, { businessKey3: null }].entries()) {
      await append(harness, count, details)
      const claim = await claimOne(harness.store.outbox)
      equal(claim, { message: sampleMessage(count, details), token: claim.token, attempts: 0, claims: 1 })
    }
  },

  'hands out the oldest first, no more than asked for': async (harness) => {
    for (const count of [3, 1, 2]) {
      await append(harness, count)
      await harness.passTime(1)
    }
    equal(messageIdsOf(await harness.store.outbox.claim(2, LEASE_MS)), messageIds(3, 1))
    equal(messageIdsOf(await harness.store.outbox.claim(2, LEASE_MS)), messageIds(2))
  },

  'hands a message out again when its lease ran out, not before, and under another token': async (harness) => {
    const lost = await appendAndClaim(harness)
    await harness.passTime(LEASE_MS / 2)
    equal(await harness.store.outbox.claim(10, LEASE_MS), [], 'what is due during the lease')
    await harness.passTime(LEASE_MS / 2)
    const held = await claimOne(harness.store.outbox)
    equal(held, { message: lost.message, token: held.token, attempts: 0, claims: 2 })
    ensure(held.token !== lost.token, 'Each lease has a token of its own.')
  },

  'never hands one message to two claimers at once, also with ids above 2^53': async (harness) => {
    ensure(Number(messageIds(1)[0]) === Number(messageIds(2)[0]), 'The two ids are one number to a float.')
    for (const count of [1, 2, 3, 4, 5, 6]) await append(harness, count)
    const claims = await callConcurrently(4, () => harness.store.outbox.claim(2, LEASE_MS))
    claims.push(await harness.store.outbox.claim(10, LEASE_MS))
    equal(messageIdsOf(claims.flat()).sort(), messageIds(1, 2, 3, 4, 5, 6), 'what all claimers got')
  },

  'settles a batch of outcomes, and answers each in its place': async (harness) => {
    const [lost, held] = await loseLease(harness, 1)
    for (const count of [2, 3, 4]) await append(harness, count)
    const [second, third, fourth] = await harness.store.outbox.claim(10, LEASE_MS)
    ensure(second !== undefined && third !== undefined && fourth !== undefined, 'Three messages are handed out.')
    const outcomes = [deadLetter(second), acknowledge(lost), acknowledge(third), reschedule(fourth)]
    equal(await harness.store.outbox.settle(outcomes), [true, false, true, true])
    equal(await harness.store.outbox.settle([]), [])
    await harness.passTime(DELAY_MS)
    equal(
      messageIdsOf(await harness.store.outbox.claim(10, LEASE_MS)),
      [fourth.message.id],
      'what is due after the delay',
    )
    equal(messageIdsOf(await harness.store.outbox.deadLetters(10)), [second.message.id], 'what is dead')
    equal(await tryAcknowledge(harness.store.outbox, held), true, 'the lease of the first message')
  },

  'takes an outcome once, also under a lease that ran out and went to no other claimer': async (harness) => {
    for (const [index, outcome] of everyOutcome.entries()) {
      const claim = await appendAndClaim(harness, index + 1)
      await harness.passTime(2 * LEASE_MS)
      equal(await harness.store.outbox.settle([outcome(claim)]), [true], 'the first time')
      for (const again of everyOutcome) equal(await harness.store.outbox.settle([again(claim)]), [false], 'repeated')
      equal(await harness.store.outbox.claim(10, LEASE_MS), [], 'what is due at once')
      await harness.passTime(DELAY_MS)
      for (const due of await harness.store.outbox.claim(10, LEASE_MS)) await tryAcknowledge(harness.store.outbox, due)
    }
    equal(messageIdsOf(await harness.store.outbox.deadLetters(10)), messageIds(3))
  },

  'changes nothing under a lease that was lost': async (harness) => {
    const [lost, held] = await loseLease(harness)
    for (const outcome of everyOutcome) equal(await harness.store.outbox.settle([outcome(lost)]), [false])
    await harness.passTime(DELAY_MS)
    equal(await harness.store.outbox.claim(10, LEASE_MS), [], 'what is due during the lease')
    equal(await tryAcknowledge(harness.store.outbox, held), true)
  },

  'reschedules a message for the delay, and counts its claims from zero, and definite failures as attempts': async (
    harness,
  ) => {
    const { outbox } = harness.store
    const [, held] = await loseLease(harness)
    await outbox.settle([reschedule(held)])
    await harness.passTime(DELAY_MS / 2)
    equal(await outbox.claim(10, LEASE_MS), [], 'what is due before the delay is over')
    await harness.passTime(DELAY_MS / 2)
    const again = await claimOne(outbox)
    equal([again.message, again.claims, again.attempts], [held.message, 1, 1])
    await rescheduleOne(harness, again, false)
    equal((await claimOne(outbox)).attempts, 1, 'the attempts after an unknown outcome')
  },

  'shows how many messages wait or are dead, and the age of the oldest that waits': async (harness) => {
    equal(await harness.store.outbox.backlog(), { waiting: 0, dead: 0, oldestMs: 0 })
    await makeDeadLetters(harness, 1)
    await harness.passTime(1_000_000)
    await appendAndClaim(harness, 2)
    await harness.passTime(500_000)
    await append(harness, 3)
    const { waiting, dead, oldestMs } = await harness.store.outbox.backlog()
    equal([waiting, dead], [2, 1], 'the messages that wait, and those that are dead')
    ensure(oldestMs >= 500_000 && oldestMs < 700_000, `The oldest waits for 500 s, not ${oldestMs} ms.`)
  },

  'shows a dead letter with its reason and its attempts, and never claims it': async (harness) => {
    const { outbox } = harness.store
    await rescheduleOne(harness, await appendAndClaim(harness))
    await outbox.settle([deadLetter(await claimOne(outbox))])
    await harness.passTime(100 * LEASE_MS)
    equal(await outbox.claim(10, LEASE_MS), [])
    const [dead, ...others] = await outbox.deadLetters(10)
    equal([dead?.message, dead?.reason, dead?.attempts, others], [sampleMessage(), '毒消息', 1, []])
  },

  'shows the longest dead first, no more than asked for': async (harness) => {
    await makeDeadLetters(harness, 3, 1, 2)
    equal(messageIdsOf(await harness.store.outbox.deadLetters(10)), messageIds(3, 1, 2))
    const [some, other, ...more] = await harness.store.outbox.deadLetters(2)
    equal(more, [])
    const between = (other?.diedAt ?? 0) - (some?.diedAt ?? 0)
    ensure(between >= 1_000 && between < 500_000, `One died a second after the other, not ${between} ms.`)
  },

  'makes a dead letter due at once, with attempts and claims counted from zero': async (harness) => {
    const { outbox } = harness.store
    await rescheduleOne(harness, await appendAndClaim(harness))
    await claimOne(outbox)
    await harness.passTime(LEASE_MS)
    const held = await claimOne(outbox)
    equal([held.attempts, held.claims], [1, 2], 'the attempts and claims before it died')
    await outbox.settle([deadLetter(held)])
    const [dead] = await outbox.deadLetters(1)
    equal(await outbox.redeliver(held.message.id, sampleOperatorAction()), dead ?? null)
    equal(await outbox.deadLetters(10), [])
    const again = await claimOne(outbox)
    equal([again.message, again.attempts, again.claims], [held.message, 0, 1])
    equal(await tryAcknowledge(outbox, held), false, 'the lease from before it died')
  },

  'redelivers a dead letter for one of many callers, and stores the action with its order': async (harness) => {
    const { id: orderId } = sampleOrder()
    await append(harness, 1, { orderId })
    const { outbox, operatorLog } = harness.store
    await outbox.settle([deadLetter(await claimOne(outbox))])
    const actions = [1, 2, 3, 4].map((count) => sampleOperatorAction(count, { orderId: sampleId(99) }))
    const answers = await Promise.all(actions.map((action) => outbox.redeliver(sampleMessage().id, action)))
    const dead = answers.map((answer) => answer?.message.id)
    const action = actions[indexOfWinner(dead, sampleMessage().id)] ?? sampleOperatorAction()
    equal(await operatorLog.listOf(null, 10), [{ ...action, orderId }])
  },

  'answers null and stores no action when no dead letter has the id': async (harness) => {
    const { outbox, operatorLog } = harness.store
    const claim = await appendAndClaim(harness)
    for (const id of messageIds(99, 1)) equal(await outbox.redeliver(id, sampleOperatorAction()), null)
    equal(await operatorLog.listOf(null, 10), [])
    equal(await tryAcknowledge(outbox, claim), true)
  },

  'keeps leases and attempts over a restart': async (harness) => {
    await rescheduleOne(harness, await appendAndClaim(harness))
    const held = await claimOne(harness.store.outbox)
    await harness.reopen()
    const { outbox } = harness.store
    equal(await outbox.claim(10, LEASE_MS), [], 'what is due during the lease')
    await harness.passTime(LEASE_MS)
    const again = await claimOne(outbox)
    equal(again, { message: held.message, token: again.token, attempts: 1, claims: 2 })
    equal(await tryAcknowledge(outbox, held), false, 'the lease from before the restart')
  },

  ...storeClauses<OrderStoreHarness>({
    calls: ({ store: { outbox } }) => [
      outbox.claim(10, LEASE_MS),
      outbox.settle([acknowledge({ message: sampleMessage(), token: 'no-such-lease', attempts: 0, claims: 1 })]),
      outbox.backlog(),
      outbox.deadLetters(10),
      outbox.redeliver(sampleMessage().id, sampleOperatorAction()),
    ],
    write: (harness) => makeDeadLetters(harness, 1),
    read: ({ store: { outbox } }) => outbox.deadLetters(10),
  }),
})
