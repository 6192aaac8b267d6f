import type { ClaimedMessage, DeadLetter, DeliveryOutcome } from '../../src/ports.js'
import { type OrderStoreHarness, outboxPortContract, sampleMessage } from '../../testing/contracts/index.js'
import { orderStoreHarness } from '../harnesses/order-store-harness.js'
import { changed, inOrderStore, rounded, type Sabotage, sabotaged, storeSabotage } from './sabotage.js'

const inOutbox = inOrderStore('outbox')

/** Spoils each claim. */
const claimedAs = (spoil: (claim: ClaimedMessage) => ClaimedMessage) =>
  inOutbox((outbox) => ({ claim: async (limit, leaseMs) => (await outbox.claim(limit, leaseMs)).map(spoil) }))

/** Spoils each outcome before it is stored. */
const settledAs = (spoil: (outcome: DeliveryOutcome) => DeliveryOutcome) =>
  inOutbox((outbox) => ({ settle: (outcomes) => outbox.settle(outcomes.map(spoil)) }))

/** Has no fence: an old token is accepted. */
const unfenced: Sabotage<OrderStoreHarness> = (harness) => {
  const held = new Map<string, ClaimedMessage>()
  return inOutbox((outbox) => ({
    async claim(limit, leaseMs) {
      const claims = await outbox.claim(limit, leaseMs)
      for (const claim of claims) held.set(claim.message.id, claim)
      return claims
    },
    settle: (outcomes) =>
      outbox.settle(
        outcomes.map((outcome) => ({ ...outcome, claimed: held.get(outcome.claimed.message.id) ?? outcome.claimed })),
      ),
  }))(harness)
}

export const outboxPortSabotage = sabotaged(outboxPortContract, orderStoreHarness, {
  'hands an appended message out at once, as it was, also without a third key or a payment': [
    claimedAs((claim) => ({ ...claim, claims: claim.claims - 1 })),
    claimedAs(({ message, ...claim }) => ({
      ...claim,
      message: { ...message, businessKey3: message.businessKey3 ?? '' },
    })),
    inOutbox((outbox) => ({
      async claim(limit, leaseMs) {
        const claims = await outbox.claim(limit, leaseMs)
        return claims.length > 0 ? claims : [{ message: sampleMessage(), token: 'none', attempts: 0, claims: 1 }]
      },
    })),
  ],

  'hands out the oldest first, no more than asked for': inOutbox((outbox) => ({
    claim: (_limit, leaseMs) => outbox.claim(100, leaseMs),
  })),

  'hands a message out again when its lease ran out, not before, and under another token': [
    inOutbox((outbox) => ({ claim: (limit) => outbox.claim(limit, 0) })),
    claimedAs((claim) => ({ ...claim, token: 'always the same' })),
  ],

  'never hands one message to two claimers at once, also with ids above 2^53': [
    // Reads what is due, and leases it only then.
    (harness) => {
      const seen: ClaimedMessage[] = []
      return inOutbox((outbox) => ({
        async claim(limit, leaseMs) {
          seen.push(...(await outbox.claim(limit, leaseMs)))
          return seen.slice(0, limit)
        },
      }))(harness)
    },
    claimedAs(({ message, ...claim }) => ({ ...claim, message: { ...message, id: rounded(message.id) } })),
  ],

  // Answers for the whole batch.
  'settles a batch of outcomes, and answers each in its place': inOutbox((outbox) => ({
    async settle(outcomes) {
      const held = await outbox.settle(outcomes)
      return held.map(() => held.every(Boolean))
    },
  })),

  'takes an outcome once, also under a lease that ran out and went to no other claimer': [
    inOutbox((outbox) => ({
      async settle(outcomes) {
        const others = (await outbox.claim(100, 1)).map((claimed) => ({ kind: 'acknowledge', claimed }) as const)
        const held = await outbox.settle([...outcomes, ...others])
        return held.slice(0, outcomes.length)
      },
    })),
    inOutbox((outbox) => ({
      async settle(outcomes) {
        return (await outbox.settle(outcomes)).map(() => true)
      },
    })),
    // Goes by the clock: a lease that ran out is taken for one that was lost.
    (harness) => {
      let ranOut = false
      const faulty = inOutbox((outbox) => ({
        settle: async (outcomes) => (ranOut ? outcomes.map(() => false) : outbox.settle(outcomes)),
      }))(harness)
      const passTime = async (ms: number) => {
        ranOut = true
        await harness.passTime(ms)
      }
      return changed(faulty, { passTime })
    },
  ],

  'changes nothing under a lease that was lost': unfenced,

  'reschedules a message for the delay, and counts its claims from zero, and definite failures as attempts': [
    settledAs((outcome) => (outcome.kind === 'reschedule' ? { ...outcome, delayMs: 0 } : outcome)),
    (harness) => {
      const claims = new Map<string, number>()
      return claimedAs((claim) => {
        const count = (claims.get(claim.message.id) ?? 0) + 1
        claims.set(claim.message.id, count)
        return { ...claim, claims: count }
      })(harness)
    },
    settledAs((outcome) => (outcome.kind === 'reschedule' ? { ...outcome, countsAsAttempt: true } : outcome)),
  ],

  // Counts only what is due, so that nothing seems to wait while a relay is stuck.
  'shows how many messages wait or are dead, and the age of the oldest that waits': inOutbox((outbox) => ({
    async backlog() {
      const { waiting, ...rest } = await outbox.backlog()
      return { ...rest, waiting: Math.min(waiting, 1) }
    },
  })),

  'shows a dead letter with its reason and its attempts, and never claims it': [
    inOutbox((outbox) => ({
      deadLetters: async (limit) => (await outbox.deadLetters(limit)).map((dead) => ({ ...dead, attempts: 0 })),
    })),
    settledAs((outcome) =>
      outcome.kind === 'deadLetter'
        ? { ...outcome, kind: 'reschedule', delayMs: 3_600_000, countsAsAttempt: true }
        : outcome,
    ),
  ],

  'shows the longest dead first, no more than asked for': inOutbox((outbox) => ({
    deadLetters: async (limit) => (await outbox.deadLetters(limit)).toReversed(),
  })),

  // It would die again after the next failure.
  'makes a dead letter due at once, with attempts and claims counted from zero': (harness) => {
    let attempts = 0
    return claimedAs((claim) => {
      attempts = Math.max(attempts, claim.attempts)
      return { ...claim, attempts }
    })(harness)
  },

  'redelivers a dead letter for one of many callers, and stores the action with its order': [
    inOutbox((outbox) => ({ redeliver: (id, action) => outbox.redeliver(id, { ...action, reason: '' }) })),
    // Reads, decides, and writes without looking again.
    inOutbox((outbox) => ({
      async redeliver(id, action) {
        const [dead] = (await outbox.deadLetters(100)).filter(({ message }) => message.id === id)
        await outbox.redeliver(id, action)
        return dead ?? null
      },
    })),
  ],

  'answers null and stores no action when no dead letter has the id': inOutbox((outbox, { operatorLog }) => ({
    async redeliver(id, action) {
      await operatorLog.append({ ...action, orderId: null })
      return outbox.redeliver(id, action)
    },
  })),

  // Counts them in memory.
  'keeps leases and attempts over a restart': claimedAs((claim) => ({ ...claim, attempts: 0 })),

  'shares no object with its callers': (harness) => {
    let kept: readonly DeadLetter[] | null = null
    return inOutbox((outbox) => ({
      async deadLetters(limit) {
        kept ??= await outbox.deadLetters(limit)
        return kept
      },
    }))(harness)
  },

  ...storeSabotage(orderStoreHarness),
})
