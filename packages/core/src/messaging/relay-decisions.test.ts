import { describe, expect, it } from 'vitest'
import { sampleMessage } from '../../testing/contracts/index.js'
import type { ClaimedMessage, DeliveryOutcome, OutboxPort } from '../shared/ports/outbox-port.js'
import { deliveryOutcomeOf } from './delivery-outcome.js'
import { defaultRelaySettings, maxDuplicates, newRelayReport } from './relay-settings.js'
import { createRememberingOutbox } from './remembering-outbox.js'
import { killsItsRelay, selectBatchToSend } from './suspects.js'

const settings = { ...defaultRelaySettings, maxAttempts: 8 }
const claimedMessage = (count: number, changes: Partial<ClaimedMessage> = {}): ClaimedMessage => ({
  message: sampleMessage(count),
  token: `token-${count}`,
  attempts: 0,
  claims: 1,
  ...changes,
})

describe('the outcome of a publish', () => {
  const claimed = claimedMessage(1)
  it.each<[Parameters<typeof deliveryOutcomeOf>[1], DeliveryOutcome]>([
    [{ kind: 'confirmed' }, { kind: 'acknowledge', claimed }],
    [
      { kind: 'undeliverable', reason: 'too large' },
      { kind: 'deadLetter', claimed, reason: 'too large' },
    ],
    [
      { kind: 'unknown', reason: 'no answer' },
      { kind: 'reschedule', claimed, reason: 'no answer', delayMs: 2_000, countsAsAttempt: false },
    ],
    [
      { kind: 'refused', reason: 'full' },
      { kind: 'reschedule', claimed, reason: 'full', delayMs: 1_000, countsAsAttempt: true },
    ],
  ])('%j decides what becomes of the message', (outcome, expected) => {
    expect(deliveryOutcomeOf(claimed, outcome, settings)).toEqual(expected)
  })

  it.each([
    [0, 1_000],
    [1, 2_000],
    [5, 32_000],
    [6, 60_000],
  ])('a refusal after %i attempts waits %i ms', (attempts, delayMs) => {
    const outcome = deliveryOutcomeOf(claimedMessage(1, { attempts }), { kind: 'refused', reason: 'full' }, settings)
    expect(outcome).toMatchObject({ kind: 'reschedule', delayMs })
  })

  it('the last attempt that is refused makes a dead letter', () => {
    const last = claimedMessage(1, { attempts: settings.maxAttempts - 1 })
    const outcome = deliveryOutcomeOf(last, { kind: 'refused', reason: 'full' }, settings)
    expect(outcome).toEqual({ kind: 'deadLetter', claimed: last, reason: 'full' })
  })
})

describe('a batch that may hold what kills its relay', () => {
  const batchOf = (...claims: readonly number[]) => claims.map((each, index) => claimedMessage(index, { claims: each }))

  it.each([[[]], [[1]], [[1, 2, 2]]])('with the claims %j is sent whole', (claims) => {
    const claimed = batchOf(...claims)
    expect(selectBatchToSend(claimed)).toEqual({ batch: claimed, released: [], isSuspect: false })
  })

  it.each<[readonly number[], number]>([
    [[3, 3, 3, 3, 3], 3],
    [[4, 4, 4, 4, 4], 2],
    [[5, 5, 5, 5, 5], 1],
    [[9, 9, 9, 9, 9], 1],
  ])('with the claims %j sends %i', (claims, size) => {
    const { batch, released, isSuspect } = selectBatchToSend(batchOf(...claims))
    expect([batch.length, released.length, isSuspect]).toEqual([size, 5 - size, true])
  })

  it('sends the most claimed first', () => {
    const [rare, often, some] = batchOf(1, 4, 2)
    expect(selectBatchToSend(batchOf(1, 4, 2))).toEqual({ batch: [often], released: [some, rare], isSuspect: true })
  })

  it.each([
    [4, 1, 3, true],
    [3, 1, 3, false],
    [2, 1, 1, true],
    [5, 5, 4, false],
    [6, 5, 4, true],
  ])(
    'a message with %i claims in a batch of %i, %i of them allowed, kills its relay: %s',
    (claims, size, max, kills) => {
      expect(killsItsRelay(claimedMessage(1, { claims }), size, max)).toBe(kills)
    },
  )
})

describe('the outcomes of a relay', () => {
  const [first, second, third] = [claimedMessage(1), claimedMessage(2), claimedMessage(3)] as const
  const acknowledge = { kind: 'acknowledge', claimed: first } as const
  /** Answers what `held` says; null: the store is away. */
  function open(held: readonly boolean[] | null) {
    const stored: (readonly DeliveryOutcome[])[] = []
    const answers = { held }
    const outbox: OutboxPort = {
      claim: async () => [],
      async settle(outcomes) {
        if (answers.held === null) throw new Error('away')
        stored.push(outcomes)
        return answers.held
      },
    }
    return { store: createRememberingOutbox(outbox), report: newRelayReport(), stored, answers }
  }

  it('are counted by their kind, and apart when the lease was lost', async () => {
    const { store, report } = open([true, true, true, false])
    const outcomes = [
      acknowledge,
      { kind: 'reschedule', claimed: second, reason: '', delayMs: 1, countsAsAttempt: true },
      { kind: 'deadLetter', claimed: third, reason: '' },
      { kind: 'acknowledge', claimed: claimedMessage(4) },
    ] as const
    await store.settle(outcomes, report)
    expect(report).toEqual({ ...newRelayReport(), acknowledged: 1, rescheduled: 1, deadLettered: 1, leaseLost: 1 })
  })

  it('are remembered while the store is away, and settled once', async () => {
    const { store, report, stored, answers } = open(null)
    await expect(store.settle([acknowledge], report)).rejects.toThrow('away')
    await store.claim(1, 1)
    expect([store.isAlreadyPublished(first), store.isAlreadyPublished(second)]).toEqual([true, false])
    answers.held = [true]
    await store.settleRemembered(report)
    await store.settleRemembered(report)
    expect(stored).toEqual([[acknowledge]])
  })

  it('of an earlier claim do not make the relay forget what the broker took under a later one', async () => {
    const calls: PromiseWithResolvers<readonly boolean[]>[] = []
    const outbox: OutboxPort = {
      claim: async () => [],
      settle() {
        const call = Promise.withResolvers<readonly boolean[]>()
        calls.push(call)
        return call.promise
      },
    }
    const store = createRememberingOutbox(outbox)
    const earlier = store.settle([acknowledge], newRelayReport())
    const later = { kind: 'acknowledge', claimed: claimedMessage(1, { token: 'later' }) } as const
    const settling = store.settle([later], newRelayReport()).catch(() => 'failed')
    calls[0]?.resolve([false])
    await earlier
    calls[1]?.reject(new Error('away'))
    expect(await settling).toBe('failed')
    await store.claim(1, 1)
    expect(store.isAlreadyPublished(first)).toBe(true)
  })

  it('are known until the next claim begins', async () => {
    const { store, report } = open([true])
    await store.settle([acknowledge], report)
    expect(store.isAlreadyPublished(first)).toBe(true)
    await store.claim(1, 1)
    expect(store.isAlreadyPublished(first)).toBe(false)
  })

  it('that dead-letter or reschedule are not remembered', async () => {
    const { store, report, stored, answers } = open(null)
    await expect(store.settle([{ kind: 'deadLetter', claimed: first, reason: '' }], report)).rejects.toThrow('away')
    answers.held = []
    await store.settleRemembered(report)
    expect([stored, store.isAlreadyPublished(first)]).toEqual([[], false])
  })
})

it('a killed relay makes as many duplicates as its pipeline holds', () => {
  expect(maxDuplicates({ ...settings, batchSize: 200, maxBatchesInFlight: 2 })).toBe(400)
})
