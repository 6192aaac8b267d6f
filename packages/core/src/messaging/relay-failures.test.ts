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
})
