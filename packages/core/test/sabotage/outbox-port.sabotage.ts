import type { ClaimedMessage, OutboxInspection, PayResultMessage } from '../../src/index.js'
import { type OrderStoresHarness, outboxPortContract, sampleMessage } from '../../testing/contracts/index.js'
import { orderStoresHarness } from '../harnesses/order-stores-harness.js'
import { inOutbox, leakingErrors, untranslatedErrors } from './in-order-stores.js'
import { changed, forgetful, rounded, type Sabotage, sabotaged, withoutTransaction } from './sabotage.js'

/** Spoils each claim. */
const claimedAs = (spoil: (claim: ClaimedMessage) => ClaimedMessage) =>
  inOutbox((outbox) => ({ claim: async (limit, leaseMs) => (await outbox.claim(limit, leaseMs)).map(spoil) }))

const inInspection =
  (fault: (inspection: OutboxInspection) => Partial<OutboxInspection>): Sabotage<OrderStoresHarness> =>
  (harness) =>
    changed(harness, { outboxInspection: { ...harness.outboxInspection, ...fault(harness.outboxInspection) } })

/** Has no fence: whoever comes with an old token is taken for the holder. */
const unfenced =
  (method: 'delivered' | 'postpone' | 'park'): Sabotage<OrderStoresHarness> =>
  (harness) => {
    const held = new Map<string, ClaimedMessage>()
    return inOutbox((outbox) => ({
      async claim(limit, leaseMs) {
        const claims = await outbox.claim(limit, leaseMs)
        for (const claim of claims) held.set(claim.message.id, claim)
        return claims
      },
      [method]: (claim: ClaimedMessage, ...rest: unknown[]) =>
        Reflect.apply(outbox[method], outbox, [held.get(claim.message.id) ?? claim, ...rest]),
    }))(harness)
  }

/** Goes by the clock: a lease that ran out is taken for one that was lost. */
const watchful =
  (method: 'delivered' | 'postpone' | 'park'): Sabotage<OrderStoresHarness> =>
  (harness) => {
    let ranOut = false
    const passTime = async (ms: number) => {
      ranOut = true
      await harness.passTime(ms)
    }
    const faulty = inOutbox((outbox) => ({
      [method]: async (...values: unknown[]) => !ranOut && Reflect.apply(outbox[method], outbox, values),
    }))(harness)
    return changed(faulty, { passTime })
  }

/** Answers true to whatever it did not do. */
const alwaysDone = (method: 'delivered' | 'postpone' | 'park') =>
  inOutbox((outbox) => ({
    [method]: async (...values: unknown[]) => {
      await Reflect.apply(outbox[method], outbox, values)
      return true
    },
  }))

export const outboxPortSabotage = sabotaged(outboxPortContract, orderStoresHarness, {
  'hands an appended message out at once, as it was': claimedAs((claim) => ({ ...claim, claims: claim.claims - 1 })),

  'keeps a message without a third key': claimedAs(({ message, ...claim }) => ({
    ...claim,
    message: { ...message, businessKey3: message.businessKey3 ?? '' },
  })),

  'keeps ids above 2^53 apart': claimedAs(({ message, ...claim }) => ({
    ...claim,
    message: { ...message, id: rounded(message.id) },
  })),

  'stores the same id once': (harness) => {
    let appended = 0
    return inOutbox((outbox) => ({
      async append(message) {
        appended += 1
        await outbox.append(appended === 1 ? message : { ...message, id: sampleMessage(appended).id })
      },
    }))(harness)
  },

  // Looks first and inserts then, under a number of its own.
  'stores the same id once for many callers at once': (harness) => {
    const known = new Set<string>()
    let rows = 0
    return inOutbox((outbox) => ({
      async append(message) {
        const first = !known.has(message.id)
        await null
        known.add(message.id)
        if (!first) return
        rows += 1
        await outbox.append(rows === 1 ? message : { ...message, id: sampleMessage(rows).id })
      },
    }))(harness)
  },

  'hands out nothing when nothing is due': inOutbox((outbox) => ({
    async claim(limit, leaseMs) {
      const claims = await outbox.claim(limit, leaseMs)
      return claims.length > 0 ? claims : [{ message: sampleMessage(), token: 'none', attempts: 0, claims: 1 }]
    },
  })),

  // Appends outside of the unit, at once.
  'has no message due before its unit of work commits': withoutTransaction,

  'has a message due at once when its unit of work commits': inOutbox((outbox, bound) => ({
    async append(message) {
      await outbox.append(message)
      if (bound) await outbox.claim(1, 1_000)
    },
  })),

  'forgets a message whose unit of work failed': withoutTransaction,

  'hands out the oldest first': inOutbox((outbox) => ({
    async claim(limit, leaseMs) {
      const due = await outbox.claim(100, leaseMs)
      const byId = [...due].sort((some, other) => (some.message.id < other.message.id ? -1 : 1))
      for (const claim of byId.slice(limit)) {
        await outbox.postpone(claim, { delayMs: 0, reason: '', countsAsAttempt: false })
      }
      return byId.slice(0, limit)
    },
  })),

  'hands out no more than asked for': inOutbox((outbox) => ({
    claim: (_limit, leaseMs) => outbox.claim(100, leaseMs),
  })),
  'hands a message to nobody else during its lease': inOutbox((outbox) => ({
    claim: (limit) => outbox.claim(limit, 0),
  })),

  'hands a message out again when its lease ran out, under another token': claimedAs((claim) => ({
    ...claim,
    token: 'always the same',
  })),

  // Reads what is due, and leases it only then.
  'never hands one message to two claimers at once': (harness) => {
    const due: PayResultMessage[] = []
    return inOutbox((outbox) => ({
      append: async (message) => void due.push(message),
      async claim(limit) {
        const messages = due.slice(0, limit)
        await outbox.claim(0, 0)
        for (const message of messages) if (due.includes(message)) due.splice(due.indexOf(message), 1)
        return messages.map((message) => ({ message, token: message.id, attempts: 0, claims: 1 }))
      },
    }))(harness)
  },

  'removes a delivered message, and no other': inOutbox((outbox) => ({
    async delivered(claim) {
      for (const other of await outbox.claim(100, 1)) await outbox.delivered(other)
      return outbox.delivered(claim)
    },
  })),

  'answers false to a repeated delivery': alwaysDone('delivered'),
  'takes a delivery under a lease that ran out and went to nobody else': watchful('delivered'),
  'takes a postponement under a lease that ran out and went to nobody else': watchful('postpone'),
  'parks under a lease that ran out and went to nobody else': watchful('park'),
  'lets nobody deliver with a lease that was lost': unfenced('delivered'),

  'postpones a message for the delay, with the reason kept': inOutbox((outbox) => ({
    postpone: (claim, postponement) => outbox.postpone(claim, { ...postponement, delayMs: 0 }),
  })),

  'counts a definite failure as an attempt': inOutbox((outbox) => ({
    postpone: (claim, postponement) => outbox.postpone(claim, { ...postponement, countsAsAttempt: false }),
  })),

  'does not count an unknown outcome as an attempt': inOutbox((outbox) => ({
    postpone: (claim, postponement) => outbox.postpone(claim, { ...postponement, countsAsAttempt: true }),
  })),

  'counts claims from zero again after a postponement': (harness) => {
    const claims = new Map<string, number>()
    return inOutbox((outbox) => ({
      async claim(limit, leaseMs) {
        return (await outbox.claim(limit, leaseMs)).map((claim) => {
          const count = (claims.get(claim.message.id) ?? 0) + 1
          claims.set(claim.message.id, count)
          return { ...claim, claims: count }
        })
      },
    }))(harness)
  },

  'lets nobody postpone with a lease that was lost': unfenced('postpone'),
  'gives the lease up with a postponement': alwaysDone('delivered'),

  'parks a dead message with its reason, never due again by itself': inOutbox((outbox) => ({
    park: (claim, reason) => outbox.postpone(claim, { delayMs: 3_600_000, reason, countsAsAttempt: true }),
  })),

  'lets nobody park with a lease that was lost': unfenced('park'),
  'gives the lease up when it parks': alwaysDone('park'),

  'has no backlog when it is empty': inInspection((inspection) => ({
    backlog: async () => ({ ...(await inspection.backlog()), oldestMs: -1 }),
  })),

  // Counts only what is due, so that nothing seems to wait while a relay is stuck.
  'shows how many messages wait or are dead, and the age of the oldest that waits': inInspection((inspection) => ({
    backlog: async () => ({ ...(await inspection.backlog()), waiting: 1 }),
  })),

  'puts a dead message back': inInspection((inspection) => ({
    redeliver: async () => (await inspection.backlog()).dead > 0,
  })),

  // It would be given up again after the next failure.
  'counts attempts and claims from zero again for a message that was put back': (harness) => {
    let [attempts, claims] = [0, 0]
    return inOutbox((outbox) => ({
      async claim(limit, leaseMs) {
        return (await outbox.claim(limit, leaseMs)).map((claim) => {
          attempts = Math.max(attempts, claim.attempts)
          claims = Math.max(claims, claim.claims)
          return { ...claim, attempts, claims }
        })
      },
    }))(harness)
  },

  // Reads, decides, and writes without looking again.
  'puts a dead message back once': inInspection((inspection) => ({
    async redeliver(id) {
      const { dead } = await inspection.backlog()
      await inspection.redeliver(id)
      return dead > 0
    },
  })),

  'answers false when there is no such dead message to put back': inInspection((inspection) => ({
    redeliver: async (id) => (await inspection.redeliver(id)) || id === sampleMessage().id,
  })),

  'keeps messages, leases and attempts over a restart': forgetful(orderStoresHarness),

  'shares no object with its callers': (harness) => {
    const kept = new Map<string, PayResultMessage>()
    return inOutbox((outbox) => ({
      async append(message) {
        kept.set(message.id, message)
        await outbox.append(message)
      },
      claim: async (limit, leaseMs) =>
        (await outbox.claim(limit, leaseMs)).map((claim) => ({
          ...claim,
          message: kept.get(claim.message.id) ?? claim.message,
        })),
    }))(harness)
  },

  'fails with store_unavailable when the store cannot be reached': untranslatedErrors,
  'leaves no secret in its errors': leakingErrors,
})
