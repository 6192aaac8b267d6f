import { describe, expect, it } from 'vitest'
import { inMemoryOrderStore, nextTurn, settableClock } from '../../testing/fakes/index.js'
import {
  CheckoutError,
  type DeliveryOutcome,
  MessageType,
  type OutboxPort,
  type PayResultMessage,
  type PublishOutcome,
  relayOutbox,
} from '../index.js'

const message = (id: string) =>
  ({
    id,
    messageType: MessageType.payResult,
    businessKey1: '1',
    businessKey2: '60201',
    businessKey3: null,
  }) as PayResultMessage

function outboxWith(...ids: string[]) {
  const clock = settableClock()
  const { outbox, rows, faults } = inMemoryOrderStore(clock)
  const append = (id: string) =>
    rows.outbox.set(id, {
      ...{ message: message(id), appendedAt: clock.now(), dueAt: clock.now(), token: null },
      ...{ attempts: 0, claims: 0, reason: null, diedAt: null },
    })
  for (const id of ids) append(id)
  const sent: string[] = []
  const relay = (outcome: PublishOutcome, settings?: Parameters<typeof relayOutbox>[2]) => {
    const publish = async ({ id }: PayResultMessage) => {
      sent.push(id)
      return outcome
    }
    return relayOutbox(outbox, { publish, timeLimitMs: LIMIT }, settings)()
  }
  return { clock, outbox, append, faults, sent, relay, backlog: () => outbox.backlog() }
}

const LIMIT = 5_000
const confirmed = { kind: 'confirmed' } as const
const refused = { kind: 'refused', reason: 'no queue is bound' } as const
const unknown = { kind: 'unknown', reason: 'channel closed' } as const

const isAcknowledge = ({ kind }: DeliveryOutcome) => kind === 'acknowledge'
const storeIsAway = () => Promise.reject<never>(new CheckoutError('store_unavailable', 'The store is away.'))

describe('relayOutbox', () => {
  it('confirmed messages leave the outbox', async () => {
    const { relay, sent, backlog } = outboxWith('1', '2')
    expect(await relay(confirmed)).toMatchObject({ claimed: 2, acknowledged: 2, more: false })
    expect(sent).toEqual(['1', '2'])
    expect(await backlog()).toMatchObject({ waiting: 0, dead: 0 })
  })

  it('a full batch is followed by the next, and no more are in flight than the pipeline holds', async () => {
    const { outbox } = outboxWith('1', '2', '3', '4', '5', '6', '7')
    const settings = { batch: 2, pipeline: 2, maxAttempts: 3, maxClaims: 3 }
    const waiting: ((outcome: PublishOutcome) => void)[] = []
    const publish = () => new Promise<PublishOutcome>((resolve) => void waiting.push(resolve))
    const round = relayOutbox(outbox, { publish, timeLimitMs: LIMIT }, settings)()
    const onTheWay: number[] = []
    for (let answered = 0; answered < 7; answered += 1) {
      await nextTurn()
      onTheWay.push(waiting.length - answered)
      waiting[answered]?.(confirmed)
    }
    expect(onTheWay).toEqual([4, 3, 4, 3, 3, 2, 1])
    expect(await round).toMatchObject({ claimed: 7, acknowledged: 7, more: false })
  })

  it('a round that ends before the messages do reports that more may wait', async () => {
    const { relay } = outboxWith(...Array.from({ length: 11 }, (_, number) => String(number + 1)))
    const settings = { batch: 1, pipeline: 2, maxAttempts: 3, maxClaims: 3 }
    expect(await relay(confirmed, settings)).toMatchObject({ acknowledged: 10, more: true })
    expect(await relay(confirmed, settings)).toMatchObject({ acknowledged: 1, more: false })
  })

  it('a refused message waits 1 s, 2 s, 4 s, and becomes a dead letter when its attempts are used up', async () => {
    const { relay, clock, backlog } = outboxWith('1')
    const settings = { batch: 10, pipeline: 2, maxAttempts: 4, maxClaims: 20 }
    for (const wait of [1_000, 2_000, 4_000]) {
      expect(await relay(refused, settings)).toMatchObject({ rescheduled: 1 })
      clock.set(clock.now() + wait - 1)
      expect(await relay(refused, settings)).toMatchObject({ claimed: 0 })
      clock.set(clock.now() + 1)
    }
    expect(await relay(refused, settings)).toMatchObject({ deadLettered: 1 })
    expect(await backlog()).toMatchObject({ waiting: 0, dead: 1 })
  })

  it('an outage of an hour uses up no attempt, and the message goes out in the end', async () => {
    const { relay, clock, backlog } = outboxWith('1')
    for (let round = 0; round < 1_800; round += 1) {
      expect(await relay(unknown)).toMatchObject({ rescheduled: 1 })
      clock.set(clock.now() + 2_000)
    }
    // Its first attempt, and the shortest wait.
    expect(await relay(refused)).toMatchObject({ rescheduled: 1, deadLettered: 0 })
    clock.set(clock.now() + 1_000)
    expect(await relay(confirmed)).toMatchObject({ acknowledged: 1 })
    expect(await backlog()).toMatchObject({ waiting: 0, dead: 0 })
  })

  it('a message that can never be sent becomes a dead letter at once', async () => {
    const { relay, backlog } = outboxWith('1')
    expect(await relay({ kind: 'poison', reason: 'too large' })).toMatchObject({ deadLettered: 1 })
    expect(await backlog()).toMatchObject({ dead: 1 })
  })

  it('a message that kills every relay becomes a dead letter after some claims without an outcome', async () => {
    const { relay, outbox, clock, sent, backlog } = outboxWith('1')
    const settings = { batch: 10, pipeline: 2, maxAttempts: 30, maxClaims: 3 }
    for (let killed = 0; killed < 3; killed += 1) {
      await outbox.claim(10, 1_000)
      clock.set(clock.now() + 1_000)
    }
    expect(await relay(confirmed, settings)).toMatchObject({ deadLettered: 1 })
    expect(sent).toEqual([])
    expect(await backlog()).toMatchObject({ dead: 1 })
  })

  it("given a relay that was killed after it claimed, then its messages are due a second after the publisher's time limit", async () => {
    const { relay, outbox, clock } = outboxWith('1')
    const killed = relayOutbox(outbox, { timeLimitMs: LIMIT, publish: () => new Promise<never>(() => {}) })
    void killed()
    await nextTurn()
    clock.set(clock.now() + LIMIT + 999)
    expect(await relay(confirmed)).toMatchObject({ claimed: 0 })
    clock.set(clock.now() + 1)
    expect(await relay(confirmed)).toMatchObject({ acknowledged: 1 })
  })

  it('a message that kills every relay before its answer costs no other of its batch, and it alone becomes a dead letter', async () => {
    const { outbox, clock, backlog } = outboxWith('1', '2', '3', '4')
    const sent: string[] = []
    const publish = ({ id }: PayResultMessage) => {
      sent.push(id)
      return id === '2' ? new Promise<never>(() => {}) : Promise.resolve(confirmed)
    }
    for (let life = 0; life < 30; life += 1) {
      void relayOutbox(outbox, { publish, timeLimitMs: LIMIT })()
      await nextTurn()
      clock.advance(LIMIT + 1_000)
    }
    expect(sent.filter((id) => id !== '2')).toEqual(['1', '3', '4'])
    expect(await backlog()).toMatchObject({ waiting: 0, dead: 1 })
  })

  it('what was claimed while outcomes could not be stored is released, and its claim does not count', async () => {
    const { outbox, sent } = outboxWith('1', '2')
    const failing: OutboxPort = {
      ...outbox,
      settle: async (outcomes) => (outcomes.some(isAcknowledge) ? storeIsAway() : outbox.settle(outcomes)),
    }
    const publish = async ({ id }: PayResultMessage) => {
      sent.push(id)
      return confirmed
    }
    const settings = { batch: 1, pipeline: 1, maxAttempts: 3, maxClaims: 3 }
    const round = relayOutbox(failing, { publish, timeLimitMs: LIMIT }, settings)()
    await expect(round).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(sent).toEqual(['1'])
    expect(await outbox.claim(10, LIMIT)).toMatchObject([{ message: { id: '2' }, claims: 1 }])
  })

  it('a relay that slept longer than its lease changes nothing any more', async () => {
    const { outbox, clock } = outboxWith('1')
    const slow = relayOutbox(outbox, {
      timeLimitMs: LIMIT,
      publish: async () => {
        clock.set(clock.now() + LIMIT + 1_000)
        await outbox.claim(10, 90_000)
        return confirmed
      },
    })
    expect(await slow()).toMatchObject({ leaseLost: 1, acknowledged: 0 })
  })

  it('nothing is claimed while the publisher has no chance', async () => {
    const { outbox, sent } = outboxWith('1')
    let available = false
    const publish = async ({ id }: PayResultMessage) => {
      sent.push(id)
      return confirmed
    }
    const relay = relayOutbox(outbox, { publish, timeLimitMs: LIMIT, available: () => available })
    expect(await relay()).toMatchObject({ claimed: 0, more: false })
    available = true
    expect(await relay()).toMatchObject({ claimed: 1, acknowledged: 1 })
    expect(sent).toEqual(['1'])
  })

  it('a message that was confirmed while the store was away is removed later, and not sent again', async () => {
    const { outbox, clock, sent, append, backlog } = outboxWith('1', '2')
    let isAway = true
    const failing: OutboxPort = {
      ...outbox,
      settle: async (outcomes) => (isAway ? storeIsAway() : outbox.settle(outcomes)),
    }
    const publish = async ({ id }: PayResultMessage) => {
      sent.push(id)
      return confirmed
    }
    const relay = relayOutbox(failing, { publish, timeLimitMs: LIMIT })
    await expect(relay()).rejects.toMatchObject({ code: 'store_unavailable' })
    append('3')
    await expect(relay()).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(sent).toEqual(['1', '2'])
    isAway = false
    clock.advance(LIMIT + 1_000)
    expect(await relay()).toMatchObject({ claimed: 1, acknowledged: 3, leaseLost: 0 })
    expect(sent).toEqual(['1', '2', '3'])
    expect(await backlog()).toMatchObject({ waiting: 0 })
  })

  it('a message whose removal lasts longer than its lease is not sent again', async () => {
    const { outbox, clock, sent } = outboxWith('1', '2', '3', '4')
    const stuck = Promise.withResolvers<void>()
    const slow: OutboxPort = {
      ...outbox,
      async settle(outcomes) {
        if (outcomes.some(({ claimed }) => claimed.message.id === '1' && claimed.claims === 1)) await stuck.promise
        return outbox.settle(outcomes)
      },
    }
    const publish = async ({ id }: PayResultMessage) => {
      sent.push(id)
      if (id === '2') clock.advance(LIMIT + 1_000)
      return confirmed
    }
    const settings = { batch: 1, pipeline: 2, maxAttempts: 3, maxClaims: 3 }
    const round = relayOutbox(slow, { publish, timeLimitMs: LIMIT }, settings)()
    for (let turns = 0; turns < 10; turns += 1) await nextTurn()
    stuck.resolve()
    expect(await round).toMatchObject({ claimed: 5, acknowledged: 4, leaseLost: 1 })
    expect(sent).toEqual(['1', '2', '3', '4'])
  })

  it('a round with a failed removal ends only when nothing is in flight any more', async () => {
    const { outbox } = outboxWith('1', '2')
    const slow = Promise.withResolvers<PublishOutcome>()
    const failing: OutboxPort = { ...outbox, settle: storeIsAway }
    const publish = ({ id }: PayResultMessage) => (id === '1' ? Promise.resolve(confirmed) : slow.promise)
    let over = false
    const round = relayOutbox(failing, { publish, timeLimitMs: LIMIT })()
      .catch(() => {})
      .then(() => {
        over = true
      })
    await nextTurn()
    expect(over).toBe(false)
    slow.resolve(unknown)
    await round
    expect(over).toBe(true)
  })

  it('stores the outcomes of one group of confirms in one call', async () => {
    const { outbox } = outboxWith('1', '2', '3', '4', '5')
    const sizes: number[] = []
    const counted: OutboxPort = {
      ...outbox,
      settle(outcomes) {
        sizes.push(outcomes.length)
        return outbox.settle(outcomes)
      },
    }
    const late = Promise.withResolvers<PublishOutcome>()
    const publish = ({ id }: PayResultMessage) => (id === '3' ? late.promise : Promise.resolve(confirmed))
    const round = relayOutbox(counted, { publish, timeLimitMs: LIMIT })()
    await nextTurn()
    expect(sizes).toEqual([4])
    late.resolve(refused)
    expect(await round).toMatchObject({ acknowledged: 4, rescheduled: 1 })
    expect(sizes).toEqual([4, 1])
  })

  it('takes a publisher that rejects for one that does not know', async () => {
    const { outbox } = outboxWith('1')
    const publish = () => Promise.reject(new Error('a mistake'))
    expect(await relayOutbox(outbox, { publish, timeLimitMs: LIMIT })()).toMatchObject({ rescheduled: 1 })
  })

  describe('with a message that kills the process before any outcome is stored', () => {
    /** Lives and dies until nothing waits. Answers with the number of deaths. */
    async function liveAndDie(culprits: readonly string[], count: number, batch: number) {
      const ids = Array.from({ length: count }, (_, index) => String(index + 1))
      const { outbox, clock, backlog } = outboxWith(...ids)
      const sent = new Set<string>()
      let deaths = 0
      for (let lives = 0; lives < 400 && (await backlog()).waiting > 0; lives += 1) {
        const process = { isDead: false }
        const mortal = <Result>(call: () => Promise<Result>) => (process.isDead ? new Promise<never>(() => {}) : call())
        const publish = ({ id }: PayResultMessage) =>
          mortal(async () => {
            if (culprits.includes(id)) process.isDead = true
            sent.add(id)
            return confirmed
          })
        const seen: OutboxPort = {
          claim: (limit, leaseMs) => mortal(() => outbox.claim(limit, leaseMs)),
          settle: (outcomes) => mortal(() => outbox.settle(outcomes)),
        }
        const settings = { batch, pipeline: 2, maxAttempts: 30, maxClaims: 20 }
        void relayOutbox(seen, { publish, timeLimitMs: LIMIT }, settings)()
        await nextTurn()
        deaths += process.isDead ? 1 : 0
        clock.advance(LIMIT + 1_000)
      }
      return { deaths, sent, dead: (await outbox.deadLetters(1_000)).map((letter) => String(letter.message.id)) }
    }

    it.each([
      ['the first of 200', ['1'], 200],
      ['the last of 200', ['200'], 200],
      ['one in the middle of 450', ['299'], 450],
      ['two of 200', ['7', '150'], 200],
      ['the only one', ['1'], 1],
    ] as const)('finds %s by halving, and sends every other one', async (_, culprits, count) => {
      const { deaths, sent, dead } = await liveAndDie(culprits, count, 200)
      expect(dead.toSorted()).toEqual([...culprits].toSorted())
      expect(sent.size).toBe(count)
      expect(deaths).toBeLessThanOrEqual(60 * culprits.length)
    })
  })
})
