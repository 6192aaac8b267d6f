import type { ClaimedMessage } from '../../src/shared/ports/outbox-port.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import {
  appendAndClaim,
  claimOne,
  DELAY_MS,
  inspectionClauses,
  LEASE_MS,
  loseLease,
  noMessage,
  soon,
} from './outbox-inspection-clauses.js'
import { sampleMessage } from './sample-data.js'
import { atOnce, keepsSecrets, type OrderStoresHarness, rolledBack, tamper, unavailable } from './store-harness.js'

const lostClaim: ClaimedMessage = { message: sampleMessage(), token: 'no-such-lease', attempts: 0, claims: 1 }

const everyCall = ({ stores: { outbox }, outboxInspection }: OrderStoresHarness) => [
  outbox.append(sampleMessage()),
  outbox.claim(10, LEASE_MS),
  outbox.delivered(lostClaim),
  outbox.postpone(lostClaim, soon),
  outbox.park(lostClaim, 'poison'),
  outboxInspection.backlog(),
  outboxInspection.redeliver(noMessage),
]

const messagesOf = (claimed: readonly ClaimedMessage[]) => claimed.map((claim) => claim.message)

export const outboxPortContract = defineContract<OrderStoresHarness>()('OutboxPort', {
  'hands an appended message out at once, as it was': async ({ stores: { outbox } }) => {
    const message = sampleMessage(1, { businessKey3: '第三' })
    await outbox.append(message)
    const claim = await claimOne(outbox)
    equal(claim, { message, token: claim.token, attempts: 0, claims: 1 })
  },

  'keeps a message without a third key': async ({ stores: { outbox } }) => {
    await outbox.append(sampleMessage(1, { businessKey3: null }))
    equal((await claimOne(outbox)).message, sampleMessage())
  },

  'keeps ids above 2^53 apart': async ({ stores: { outbox } }) => {
    const [some, other] = [sampleMessage(1), sampleMessage(2)]
    ensure(Number(some.id) === Number(other.id), 'The two ids are one number to a float.')
    await outbox.append(some)
    await outbox.append(other)
    equal(
      messagesOf(await outbox.claim(10, LEASE_MS)).sort((a, b) => (a.id < b.id ? -1 : 1)),
      [some, other],
    )
  },

  'stores the same id once': async ({ stores: { outbox }, storedIds }) => {
    await outbox.append(sampleMessage())
    await outbox.append(sampleMessage())
    equal(await storedIds('outbox'), [sampleMessage().id])
    await claimOne(outbox)
  },

  'stores the same id once for many callers at once': async ({ stores: { outbox }, storedIds }) => {
    await atOnce(8, () => outbox.append(sampleMessage()))
    equal(await storedIds('outbox'), [sampleMessage().id])
  },

  'hands out nothing when nothing is due': async ({ stores: { outbox } }) => {
    equal(await outbox.claim(10, LEASE_MS), [])
  },

  'has no message due before its unit of work commits': async (harness) => {
    const early: Promise<readonly ClaimedMessage[]>[] = []
    await rolledBack(harness, async ({ outbox }) => {
      await outbox.append(sampleMessage())
      early.push(harness.stores.outbox.claim(10, LEASE_MS))
    })
    equal(await Promise.all(early), [[]])
  },

  'has a message due at once when its unit of work commits': async ({ stores, unitOfWork }) => {
    await unitOfWork.run(({ outbox }) => outbox.append(sampleMessage()))
    equal((await claimOne(stores.outbox)).message, sampleMessage())
  },

  'forgets a message whose unit of work failed': async (harness) => {
    await rolledBack(harness, ({ outbox }) => outbox.append(sampleMessage()))
    equal(await harness.stores.outbox.claim(10, LEASE_MS), [])
    equal(await harness.storedIds('outbox'), [])
  },

  'hands out the oldest first': async ({ stores: { outbox }, passTime }) => {
    for (const count of [3, 1, 2]) {
      await outbox.append(sampleMessage(count))
      await passTime(1)
    }
    equal(messagesOf(await outbox.claim(2, LEASE_MS)), [sampleMessage(3), sampleMessage(1)])
    equal(messagesOf(await outbox.claim(2, LEASE_MS)), [sampleMessage(2)])
  },

  'hands out no more than asked for': async ({ stores: { outbox } }) => {
    for (const count of [1, 2, 3]) await outbox.append(sampleMessage(count))
    equal((await outbox.claim(2, LEASE_MS)).length, 2, 'the number of messages')
  },

  'hands a message to nobody else during its lease': async (harness) => {
    await appendAndClaim(harness)
    await harness.passTime(LEASE_MS / 2)
    equal(await harness.stores.outbox.claim(10, LEASE_MS), [])
  },

  'hands a message out again when its lease ran out, under another token': async (harness) => {
    const [lost, held] = await loseLease(harness)
    equal(held, { message: lost.message, token: held.token, attempts: 0, claims: 2 })
    ensure(held.token !== lost.token, 'Each lease has a token of its own.')
  },

  'never hands one message to two claimers at once': async ({ stores: { outbox } }) => {
    const messages = [1, 2, 3, 4, 5, 6].map((count) => sampleMessage(count))
    for (const message of messages) await outbox.append(message)
    const claims = await atOnce(4, () => outbox.claim(2, LEASE_MS))
    claims.push(await outbox.claim(10, LEASE_MS))
    equal(
      messagesOf(claims.flat())
        .map((message) => message.id)
        .sort(),
      messages.map((message) => message.id),
      'what all claimers got',
    )
  },

  'removes a delivered message, and no other': async (harness) => {
    const claim = await appendAndClaim(harness)
    await harness.stores.outbox.append(sampleMessage(2))
    equal(await harness.stores.outbox.delivered(claim), true)
    equal(await harness.storedIds('outbox'), [sampleMessage(2).id])
  },

  'answers false to a repeated delivery': async (harness) => {
    const claim = await appendAndClaim(harness)
    equal(await harness.stores.outbox.delivered(claim), true)
    equal(await harness.stores.outbox.delivered(claim), false)
  },

  'takes a delivery under a lease that ran out and went to nobody else': async (harness) => {
    const claim = await appendAndClaim(harness)
    await harness.passTime(2 * LEASE_MS)
    equal(await harness.stores.outbox.delivered(claim), true)
    equal(await harness.storedIds('outbox'), [])
  },

  'takes a postponement under a lease that ran out and went to nobody else': async (harness) => {
    const claim = await appendAndClaim(harness)
    await harness.passTime(2 * LEASE_MS)
    equal(await harness.stores.outbox.postpone(claim, soon), true)
    equal(await harness.stores.outbox.claim(10, LEASE_MS), [], 'what is due before the delay is over')
  },

  'parks under a lease that ran out and went to nobody else': async (harness) => {
    const claim = await appendAndClaim(harness)
    await harness.passTime(2 * LEASE_MS)
    equal(await harness.stores.outbox.park(claim, 'poison'), true)
    equal(await harness.stores.outbox.claim(10, LEASE_MS), [], 'what is due')
  },

  'lets nobody deliver with a lease that was lost': async (harness) => {
    const [lost, held] = await loseLease(harness)
    equal(await harness.stores.outbox.delivered(lost), false)
    equal(await harness.storedIds('outbox'), [lost.message.id])
    equal(await harness.stores.outbox.delivered(held), true)
  },

  'postpones a message for the delay, with the reason kept': async (harness) => {
    const { outbox } = harness.stores
    const claim = await appendAndClaim(harness)
    equal(await outbox.postpone(claim, soon), true)
    equal(await harness.storedReason(claim.message.id), soon.reason, 'the reason')
    await harness.passTime(DELAY_MS / 2)
    equal(await outbox.claim(10, LEASE_MS), [], 'what is due before the delay is over')
    await harness.passTime(DELAY_MS / 2)
    equal((await claimOne(outbox)).message, claim.message)
  },

  'counts a definite failure as an attempt': async (harness) => {
    const { outbox } = harness.stores
    await outbox.postpone(await appendAndClaim(harness), soon)
    await harness.passTime(DELAY_MS)
    equal((await claimOne(outbox)).attempts, 1, 'the attempts')
  },

  'does not count an unknown outcome as an attempt': async (harness) => {
    const { outbox } = harness.stores
    await outbox.postpone(await appendAndClaim(harness), { ...soon, countsAsAttempt: false })
    await harness.passTime(DELAY_MS)
    equal((await claimOne(outbox)).attempts, 0, 'the attempts')
  },

  'counts claims from zero again after a postponement': async (harness) => {
    const [, held] = await loseLease(harness)
    await harness.stores.outbox.postpone(held, soon)
    await harness.passTime(DELAY_MS)
    equal((await claimOne(harness.stores.outbox)).claims, 1, 'the claims')
  },

  'lets nobody postpone with a lease that was lost': async (harness) => {
    const [lost, held] = await loseLease(harness)
    equal(await harness.stores.outbox.postpone(lost, soon), false)
    await harness.passTime(DELAY_MS)
    equal(await harness.stores.outbox.claim(10, LEASE_MS), [], 'what is due while the other holds it')
    equal(await harness.stores.outbox.delivered(held), true)
  },

  'gives the lease up with a postponement': async (harness) => {
    const { outbox } = harness.stores
    const claim = await appendAndClaim(harness)
    await outbox.postpone(claim, soon)
    equal(await outbox.delivered(claim), false, 'delivered after the postponement')
    equal(await outbox.postpone(claim, soon), false, 'a second postponement')
  },

  'parks a dead message with its reason, never due again by itself': async (harness) => {
    const { outbox } = harness.stores
    const claim = await appendAndClaim(harness)
    equal(await outbox.park(claim, '毒消息'), true)
    await harness.passTime(100 * LEASE_MS)
    equal(await outbox.claim(10, LEASE_MS), [], 'what is due')
    equal(await harness.storedIds('outbox'), [claim.message.id])
    equal(await harness.storedReason(claim.message.id), '毒消息', 'the reason')
  },

  'lets nobody park with a lease that was lost': async (harness) => {
    const [lost, held] = await loseLease(harness)
    equal(await harness.stores.outbox.park(lost, 'poison'), false)
    equal(await harness.stores.outbox.delivered(held), true)
  },

  'gives the lease up when it parks': async (harness) => {
    const { outbox } = harness.stores
    const claim = await appendAndClaim(harness)
    await outbox.park(claim, 'poison')
    equal(await outbox.delivered(claim), false, 'delivered after it was parked')
    equal(await outbox.park(claim, 'poison'), false, 'parked a second time')
  },

  ...inspectionClauses,

  'keeps messages, leases and attempts over a restart': async (harness) => {
    const { outbox } = harness.stores
    await outbox.postpone(await appendAndClaim(harness), soon)
    await harness.passTime(DELAY_MS)
    const held = await claimOne(outbox)
    await harness.reopen()
    const reopened = harness.stores.outbox
    equal(await reopened.claim(10, LEASE_MS), [], 'what is due during the lease')
    await harness.passTime(LEASE_MS)
    const again = await claimOne(reopened)
    equal(again, { message: held.message, token: again.token, attempts: 1, claims: 2 })
    equal(await reopened.delivered(held), false, 'delivered under the lease from before the restart')
  },

  'shares no object with its callers': async (harness) => {
    const { outbox } = harness.stores
    const message = sampleMessage()
    await outbox.append(message)
    tamper(() => void Object.assign(message, { businessKey3: 'slipped in' }))
    const lost = await claimOne(outbox)
    equal(lost.message, sampleMessage())
    tamper(() => void Object.assign(lost.message, { businessKey3: 'slipped in' }))
    await harness.passTime(LEASE_MS)
    equal((await claimOne(outbox)).message, sampleMessage())
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) => keepsSecrets(harness, () => everyCall(harness)),
})
