import { describe, expect, it } from 'vitest'
import { confirmed, isAcknowledge, LIMIT, outboxWith, storeIsAway, unknown } from '../../test/relay.js'
import { nextTurn } from '../../testing/fakes/index.js'
import { relayOutbox } from '../assembly.js'
import type { OutboxPort, PayResultMessage, PublishOutcome } from '../ports.js'

describe('a relay whose store or lease fails', () => {
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
    const settings = { batchSize: 1, maxBatchesInFlight: 1, maxAttempts: 3, maxClaims: 3 }
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
    const settings = { batchSize: 1, maxBatchesInFlight: 2, maxAttempts: 3, maxClaims: 3 }
    const round = relayOutbox(slow, { publish, timeLimitMs: LIMIT }, settings)()
    for (let turns = 0; turns < 10; turns += 1) await nextTurn()
    stuck.resolve()
    expect(await round).toMatchObject({ claimed: 5, acknowledged: 4, leaseLost: 1 })
    expect(sent).toEqual(['1', '2', '3', '4'])
  })

  it('nothing more is claimed once an outcome could not be stored', async () => {
    const { outbox } = outboxWith('1', '2', '3')
    const slow = Promise.withResolvers<PublishOutcome>()
    let claims = 0
    const failing: OutboxPort = {
      settle: storeIsAway,
      claim(limit, leaseMs) {
        claims += 1
        return outbox.claim(limit, leaseMs)
      },
    }
    const publish = ({ id }: PayResultMessage) => (id === '1' ? Promise.resolve(confirmed) : slow.promise)
    const settings = { batchSize: 2, maxBatchesInFlight: 1, maxAttempts: 3, maxClaims: 3 }
    const round = relayOutbox(failing, { publish, timeLimitMs: LIMIT }, settings)()
    await nextTurn()
    slow.resolve(confirmed)
    await expect(round).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(claims).toBe(1)
  })

  describe('that were claimed three times without an outcome: messages', () => {
    /** Two messages whose relays died. */
    async function open() {
      const relay = outboxWith('1', '2')
      for (let killed = 0; killed < 2; killed += 1) {
        await relay.outbox.claim(10, 1_000)
        relay.clock.advance(1_000)
      }
      return relay
    }

    it('are sent one after the other, in one round', async () => {
      const { relay, sent } = await open()
      expect(await relay(confirmed)).toMatchObject({ claimed: 3, acknowledged: 2, rescheduled: 1, more: false })
      expect(sent.toSorted()).toEqual(['1', '2'])
    })

    it('are released when they are not sent, and say why', async () => {
      const { outbox, rows } = await open()
      const publish = () => new Promise<never>(() => {})
      void relayOutbox(outbox, { publish, timeLimitMs: LIMIT })()
      await nextTurn()
      const released = [...rows.outbox.values()].filter(({ token }) => token === null)
      const reason = 'not sent: another message may be what kills the relay, or outcomes could not be stored'
      expect(released).toMatchObject([{ claims: 0, attempts: 0, reason }])
    })

    it('are not sent while another batch is in flight', async () => {
      const { outbox, sent, append, rows } = outboxWith('1')
      const answers: ((outcome: PublishOutcome) => void)[] = []
      const publish = ({ id }: PayResultMessage) => {
        sent.push(id)
        return new Promise<PublishOutcome>((resolve) => void answers.push(resolve))
      }
      const lateComer: OutboxPort = {
        ...outbox,
        async claim(limit, leaseMs) {
          const claimed = await outbox.claim(limit, leaseMs)
          append('2')
          for (const [id, row] of rows.outbox) if (id === '2') rows.outbox.set(id, { ...row, claims: 2 })
          return claimed
        },
      }
      const settings = { batchSize: 1, maxBatchesInFlight: 2, maxAttempts: 3, maxClaims: 3 }
      const round = relayOutbox(lateComer, { publish, timeLimitMs: LIMIT }, settings)()
      await nextTurn()
      expect(sent).toEqual(['1'])
      answers[0]?.(confirmed)
      await nextTurn()
      expect(sent).toEqual(['1', '2'])
      void round
    })
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
})
