import { describe, expect, it } from 'vitest'
import { confirmed, LIMIT, outboxWith, refused, unknown } from '../../test/relay.js'
import { nextTurn } from '../../testing/fakes/index.js'
import { relayOutbox } from '../assembly.js'
import type { OutboxPort, PayResultMessage, PublishOutcome } from '../ports.js'

describe('relayOutbox', () => {
  it('confirmed messages leave the outbox', async () => {
    const { relay, sent, backlog } = outboxWith('1', '2')
    expect(await relay(confirmed)).toMatchObject({ claimed: 2, acknowledged: 2, more: false })
    expect(sent).toEqual(['1', '2'])
    expect(await backlog()).toMatchObject({ waiting: 0, dead: 0 })
  })

  it('a full batch is followed by the next, and no more are in flight than the pipeline holds', async () => {
    const { outbox } = outboxWith('1', '2', '3', '4', '5', '6', '7')
    const settings = { batchSize: 2, maxBatchesInFlight: 2, maxAttempts: 3, maxClaims: 3 }
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
    const settings = { batchSize: 1, maxBatchesInFlight: 2, maxAttempts: 3, maxClaims: 3 }
    expect(await relay(confirmed, settings)).toMatchObject({ acknowledged: 10, more: true })
    expect(await relay(confirmed, settings)).toMatchObject({ acknowledged: 1, more: false })
  })

  it('a refused message waits 1 s, 2 s, 4 s, and becomes a dead letter when its attempts are used up', async () => {
    const { relay, clock, backlog } = outboxWith('1')
    const settings = { batchSize: 10, maxBatchesInFlight: 2, maxAttempts: 4, maxClaims: 20 }
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
    expect(await relay({ kind: 'undeliverable', reason: 'too large' })).toMatchObject({ deadLettered: 1 })
    expect(await backlog()).toMatchObject({ dead: 1 })
  })

  it('a message that kills every relay becomes a dead letter after some claims without an outcome', async () => {
    const { relay, outbox, clock, sent, backlog } = outboxWith('1')
    const settings = { batchSize: 10, maxBatchesInFlight: 2, maxAttempts: 30, maxClaims: 3 }
    for (let killed = 0; killed < 3; killed += 1) {
      await outbox.claim(10, 1_000)
      clock.set(clock.now() + 1_000)
    }
    expect(await relay(confirmed, settings)).toMatchObject({ deadLettered: 1 })
    expect(sent).toEqual([])
    expect(await backlog()).toMatchObject({ dead: 1 })
    expect(await outbox.deadLetters(1)).toMatchObject([{ reason: 'claimed 3 times without an outcome' }])
  })

  it("the messages of a killed relay are due a second after the publisher's time limit", async () => {
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

  it('nothing is claimed while the publisher is unavailable', async () => {
    const { outbox, sent } = outboxWith('1')
    let available = false
    let looks = 0
    const publish = async ({ id }: PayResultMessage) => {
      sent.push(id)
      return confirmed
    }
    const relay = relayOutbox(outbox, { publish, timeLimitMs: LIMIT, available: () => ++looks > 0 && available })
    expect([await relay(), looks]).toMatchObject([{ claimed: 0, more: false }, 1])
    available = true
    expect(await relay()).toMatchObject({ claimed: 1, acknowledged: 1 })
    expect(sent).toEqual(['1'])
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
        const settings = { batchSize: batch, maxBatchesInFlight: 2, maxAttempts: 30, maxClaims: 20 }
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
