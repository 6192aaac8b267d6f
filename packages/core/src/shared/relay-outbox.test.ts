import { describe, expect, it } from 'vitest'
import { inMemoryOrderStores, nextTurn, settableClock } from '../fakes/index.js'
import {
  CheckoutError,
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

async function outboxWith(...ids: string[]) {
  const clock = settableClock()
  const { stores, outboxInspection } = inMemoryOrderStores(clock)
  for (const id of ids) await stores.outbox.append(message(id))
  const sent: string[] = []
  const relay = (outcome: PublishOutcome, settings?: Parameters<typeof relayOutbox>[2]) => {
    const publish = async ({ id }: PayResultMessage) => {
      sent.push(id)
      return outcome
    }
    return relayOutbox(stores.outbox, { publish, timeLimitMs: LIMIT }, settings)()
  }
  return { clock, stores, sent, relay, backlog: () => outboxInspection.backlog() }
}

const LIMIT = 5_000
const confirmed = { kind: 'confirmed' } as const
const refused = { kind: 'refused', reason: 'no queue is bound' } as const
const unknown = { kind: 'unknown', reason: 'channel closed' } as const

describe('relayOutbox', () => {
  it('given due messages, when the broker confirms, then they are gone', async () => {
    const { relay, sent, backlog } = await outboxWith('1', '2')
    expect(await relay(confirmed)).toMatchObject({ claimed: 2, delivered: 2, more: false })
    expect(sent).toEqual(['1', '2'])
    expect(await backlog()).toMatchObject({ waiting: 0, dead: 0 })
  })

  it('given more than a batch, then the next is claimed when one is full, but no more are on the way than the pipeline holds', async () => {
    const { stores } = await outboxWith('1', '2', '3', '4', '5', '6', '7')
    const settings = { batch: 2, pipeline: 2, mostAttempts: 3, mostClaims: 3 }
    const waiting: ((outcome: PublishOutcome) => void)[] = []
    const publish = () => new Promise<PublishOutcome>((resolve) => void waiting.push(resolve))
    const round = relayOutbox(stores.outbox, { publish, timeLimitMs: LIMIT }, settings)()
    const onTheWay: number[] = []
    for (let answered = 0; answered < 7; answered += 1) {
      await nextTurn()
      onTheWay.push(waiting.length - answered)
      waiting[answered]?.(confirmed)
    }
    expect(onTheWay).toEqual([4, 3, 4, 3, 3, 2, 1])
    expect(await round).toMatchObject({ claimed: 7, delivered: 7, more: false })
  })

  it('given so many that the round ends before they do, then it says that more may wait', async () => {
    const { relay } = await outboxWith(...Array.from({ length: 11 }, (_, number) => String(number + 1)))
    const settings = { batch: 1, pipeline: 2, mostAttempts: 3, mostClaims: 3 }
    expect(await relay(confirmed, settings)).toMatchObject({ delivered: 10, more: true })
    expect(await relay(confirmed, settings)).toMatchObject({ delivered: 1, more: false })
  })

  it('given a definite failure, then it waits 1 s, 2 s, 4 s, and is parked when its attempts are used up', async () => {
    const { relay, clock, backlog } = await outboxWith('1')
    const settings = { batch: 10, pipeline: 2, mostAttempts: 4, mostClaims: 20 }
    for (const wait of [1_000, 2_000, 4_000]) {
      expect(await relay(refused, settings)).toMatchObject({ postponed: 1 })
      clock.set(clock.now() + wait - 1)
      expect(await relay(refused, settings)).toMatchObject({ claimed: 0 })
      clock.set(clock.now() + 1)
    }
    expect(await relay(refused, settings)).toMatchObject({ parked: 1 })
    expect(await backlog()).toMatchObject({ waiting: 0, dead: 1 })
  })

  it('given an outage of an hour, then unknown outcomes use up no attempt and the message goes out in the end', async () => {
    const { relay, clock, backlog } = await outboxWith('1')
    for (let round = 0; round < 1_800; round += 1) {
      expect(await relay(unknown)).toMatchObject({ postponed: 1 })
      clock.set(clock.now() + 2_000)
    }
    // Its first attempt, and the shortest wait.
    expect(await relay(refused)).toMatchObject({ postponed: 1, parked: 0 })
    clock.set(clock.now() + 1_000)
    expect(await relay(confirmed)).toMatchObject({ delivered: 1 })
    expect(await backlog()).toMatchObject({ waiting: 0, dead: 0 })
  })

  it('given a message that can never be sent, then it is parked at once', async () => {
    const { relay, backlog } = await outboxWith('1')
    expect(await relay({ kind: 'poison', reason: 'too large' })).toMatchObject({ parked: 1 })
    expect(await backlog()).toMatchObject({ dead: 1 })
  })

  it('given a message that kills every relay, then it is parked after some claims without an outcome', async () => {
    const { relay, stores, clock, sent, backlog } = await outboxWith('1')
    const settings = { batch: 10, pipeline: 2, mostAttempts: 30, mostClaims: 3 }
    for (let killed = 0; killed < 3; killed += 1) {
      await stores.outbox.claim(10, 1_000)
      clock.set(clock.now() + 1_000)
    }
    expect(await relay(confirmed, settings)).toMatchObject({ parked: 1 })
    expect(sent).toEqual([])
    expect(await backlog()).toMatchObject({ dead: 1 })
  })

  it("given a relay that was killed after it claimed, then its messages are due a second after the publisher's time limit", async () => {
    const { relay, stores, clock } = await outboxWith('1')
    const killed = relayOutbox(stores.outbox, { timeLimitMs: LIMIT, publish: () => new Promise<never>(() => {}) })
    void killed()
    await nextTurn()
    clock.set(clock.now() + LIMIT + 999)
    expect(await relay(confirmed)).toMatchObject({ claimed: 0 })
    clock.set(clock.now() + 1)
    expect(await relay(confirmed)).toMatchObject({ delivered: 1 })
  })

  it('given a message that kills every relay before it is answered, then those of its batch are sent once, and it alone is parked', async () => {
    const { stores, clock, backlog } = await outboxWith('1', '2', '3', '4')
    const sent: string[] = []
    const publish = ({ id }: PayResultMessage) => {
      sent.push(id)
      return id === '2' ? new Promise<never>(() => {}) : Promise.resolve(confirmed)
    }
    for (let life = 0; life < 30; life += 1) {
      void relayOutbox(stores.outbox, { publish, timeLimitMs: LIMIT })()
      await nextTurn()
      clock.advance(LIMIT + 1_000)
    }
    expect(sent.filter((id) => id !== '2')).toEqual(['1', '3', '4'])
    expect(await backlog()).toMatchObject({ waiting: 0, dead: 1 })
  })

  it('given outcomes that cannot be stored, then what was claimed meanwhile is given back, and its claim does not count', async () => {
    const { stores, sent } = await outboxWith('1', '2')
    const outbox: OutboxPort = {
      ...stores.outbox,
      delivered: () => Promise.reject(new CheckoutError('store_unavailable', 'The store is away.')),
    }
    const publish = async ({ id }: PayResultMessage) => {
      sent.push(id)
      return confirmed
    }
    const settings = { batch: 1, pipeline: 1, mostAttempts: 3, mostClaims: 3 }
    const round = relayOutbox(outbox, { publish, timeLimitMs: LIMIT }, settings)()
    await expect(round).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(sent).toEqual(['1'])
    expect(await stores.outbox.claim(10, LIMIT)).toMatchObject([{ message: { id: '2' }, claims: 1 }])
  })

  it('given a relay that slept longer than its lease, then it changes nothing any more', async () => {
    const { stores, clock } = await outboxWith('1')
    const slow = relayOutbox(stores.outbox, {
      timeLimitMs: LIMIT,
      publish: async () => {
        clock.set(clock.now() + LIMIT + 1_000)
        await stores.outbox.claim(10, 90_000)
        return confirmed
      },
    })
    expect(await slow()).toMatchObject({ leaseLost: 1, delivered: 0 })
  })

  it('given a publisher that has no chance now, then nothing is claimed until it has one', async () => {
    const { stores, sent } = await outboxWith('1')
    let available = false
    const publish = async ({ id }: PayResultMessage) => {
      sent.push(id)
      return confirmed
    }
    const relay = relayOutbox(stores.outbox, { publish, timeLimitMs: LIMIT, available: () => available })
    expect(await relay()).toMatchObject({ claimed: 0, more: false })
    available = true
    expect(await relay()).toMatchObject({ claimed: 1, delivered: 1 })
    expect(sent).toEqual(['1'])
  })

  it('given a store that was away after the confirm, when it is back, then the row goes and nothing is sent again', async () => {
    const { stores, clock, sent, backlog } = await outboxWith('1', '2')
    let away = true
    const outbox: OutboxPort = {
      ...stores.outbox,
      delivered: async (claimed) => {
        if (away) throw new CheckoutError('store_unavailable', 'The store is away.')
        return stores.outbox.delivered(claimed)
      },
    }
    const publish = async ({ id }: PayResultMessage) => {
      sent.push(id)
      return confirmed
    }
    const relay = relayOutbox(outbox, { publish, timeLimitMs: LIMIT })
    await expect(relay()).rejects.toMatchObject({ code: 'store_unavailable' })
    await stores.outbox.append(message('3'))
    await expect(relay()).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(sent).toEqual(['1', '2'])
    away = false
    clock.advance(LIMIT + 1_000)
    expect(await relay()).toMatchObject({ claimed: 1, delivered: 3, leaseLost: 0 })
    expect(sent).toEqual(['1', '2', '3'])
    expect(await backlog()).toMatchObject({ waiting: 0 })
  })

  it('given a row whose taking away lasts longer than its lease, when it is claimed anew, then it is not sent again', async () => {
    const { stores, clock, sent } = await outboxWith('1', '2', '3', '4')
    const stuck = Promise.withResolvers<void>()
    const outbox: OutboxPort = {
      ...stores.outbox,
      async delivered(claimed) {
        if (claimed.message.id === '1' && claimed.claims === 1) await stuck.promise
        return stores.outbox.delivered(claimed)
      },
    }
    const publish = async ({ id }: PayResultMessage) => {
      sent.push(id)
      if (id === '2') clock.advance(LIMIT + 1_000)
      return confirmed
    }
    const settings = { batch: 1, pipeline: 2, mostAttempts: 3, mostClaims: 3 }
    const round = relayOutbox(outbox, { publish, timeLimitMs: LIMIT }, settings)()
    for (let turns = 0; turns < 10; turns += 1) await nextTurn()
    stuck.resolve()
    expect(await round).toMatchObject({ claimed: 5, delivered: 4, leaseLost: 1 })
    expect(sent).toEqual(['1', '2', '3', '4'])
  })

  it('given one row that cannot be taken away, then the round ends only when nothing is on the way any more', async () => {
    const { stores } = await outboxWith('1', '2')
    const slow = Promise.withResolvers<PublishOutcome>()
    const outbox: OutboxPort = {
      ...stores.outbox,
      delivered: async () => {
        throw new CheckoutError('store_unavailable', 'The store is away.')
      },
    }
    const publish = ({ id }: PayResultMessage) => (id === '1' ? Promise.resolve(confirmed) : slow.promise)
    let over = false
    const round = relayOutbox(outbox, { publish, timeLimitMs: LIMIT })()
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
