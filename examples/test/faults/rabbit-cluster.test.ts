import { type BrokerEvent, openRabbitBroker } from '@coursepay/adapter-mq'
import { defaultRelaySettings, maxDuplicates } from '@coursepay/core/assembly'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { ownRabbitMissing, ownRabbitName } from '../../src/apps/soak/servers/own-rabbit.js'
import { named } from '../support/services.js'
import { until } from '../support/until.js'
import { countedReader } from './support/counted-reader.js'
import { openDetour } from './support/detour.js'
import { type RabbitCluster, startOwnRabbitCluster } from './support/own-rabbit-cluster.js'
import { numbered } from './support/relay-scene.js'
import { relayedOutbox } from './support/relayed-outbox.js'

const MESSAGES = 3_000
const PREFETCH = 10
const START_MS = 90_000
/** Longer than anything here takes on a busy machine: what ends a connection is the kill. */
const PATIENT_MS = 60_000
const IMPATIENT_MS = 3_000
const MAX_PAUSE_MS = 30_000

const ownRabbit = { name: ownRabbitName, url: '', missing: ownRabbitMissing }
const title = named('a cluster of three nodes, each queue on all of them', ownRabbit)

describe.skipIf(ownRabbitMissing !== null)(title, () => {
  let cluster: RabbitCluster
  beforeAll(async () => {
    cluster = await startOwnRabbitCluster()
    return () => cluster[Symbol.asyncDispose]()
  }, START_MS)
  beforeEach(() => cluster.heal(), START_MS)

  async function openBroker(
    exchange: string,
    confirmTimeoutMs: number,
    ...addresses: readonly { readonly url: string }[]
  ) {
    const lost: BrokerEvent[] = []
    const broker = await openRabbitBroker({
      ...{ url: addresses.map(({ url }) => url).join(','), random: () => 0, exchange, prefetch: PREFETCH },
      ...{ heartbeatSeconds: PATIENT_MS / 1_000, confirmTimeoutMs, reconnect: { minMs: 50, maxMs: 500 } },
      onEvent: (event) => void (event.kind === 'connection_lost' && lost.push(event)),
    })
    onTestFinished(() => broker.close())
    return { ...broker, lost }
  }

  /**
   * Half of the messages have gone through: the reader and the leader of its queue are on the first node, the publisher
   * on the second.
   */
  async function halfWay(queue: string, confirmTimeoutMs = PATIENT_MS) {
    const [first, second, third] = cluster.nodes
    const exchange = `${queue}.exchange`
    const reading = await openBroker(exchange, confirmTimeoutMs, first, second, third)
    const reader = await countedReader(reading.subscriber, queue)
    const { leader, members } = await cluster.replicasOf(queue)
    expect(leader).toBe(first.name)
    expect(members.toSorted()).toEqual([first, second, third].map(({ name }) => name).toSorted())
    await cluster.hasStored(queue)

    const wire = await openDetour(second.url)
    onTestFinished(() => wire[Symbol.asyncDispose]())
    const sending = await openBroker(exchange, confirmTimeoutMs, wire, third, first)
    const outbox = await relayedOutbox(sending.publisher)
    onTestFinished(() => outbox[Symbol.asyncDispose]())
    await outbox.write(MESSAGES)
    await until(
      async () => outbox.confirms(),
      (confirms) => confirms >= MESSAGES / 2,
    )
    reader.maxPauseMs()

    async function arrivesWhole(what: string) {
      await reader.reaches(MESSAGES)
      const pause = reader.maxPauseMs()
      await outbox.empty()
      // One more, behind whatever comes again.
      await outbox.write(1)
      await reader.reaches(MESSAGES + 1)
      const losses = sending.lost.length + reading.lost.length
      const bound = losses * (maxDuplicates(defaultRelaySettings) + PREFETCH)
      console.info(
        `${what}: ${MESSAGES} messages, ${reader.again()} of them came again (at most ${bound}), the longest pause ${pause} ms`,
      )
      expect(reader.again()).toBeLessThanOrEqual(bound)
      expect(await reading.deadLetters.count(queue)).toBe(0)
      return pause
    }
    return { first, second, third, wire, sending, reading, reader, outbox, arrivesWhole }
  }

  it("given messages that are stored and not confirmed, when the publisher's node is killed, then it publishes through another one and none is lost", async () => {
    const { second, wire, sending, reading, reader, outbox, arrivesWhole } = await halfWay('one')
    wire.proxy.holdAnswers()
    await until(
      async () => reader.different() - outbox.confirms(),
      (unconfirmed) => unconfirmed > 0,
    )
    await second.crash()
    await arrivesWhole("the publisher's node was killed")
    expect([sending.lost.length, reading.lost.length]).toEqual([1, 0])
    expect(reader.again()).toBeGreaterThan(0)
  })

  it("given thousands of messages, when the reader's node with the queue's leader is killed, then none is lost and the publisher keeps its connection", async () => {
    const { first, sending, reading, arrivesWhole } = await halfWay('two')
    await first.crash()
    // What a dead node's reader held comes after `consumer_disconnected_timeout`, which is a minute by default.
    expect(await arrivesWhole("the reader's node, the queue's leader, was killed")).toBeLessThan(MAX_PAUSE_MS)
    expect(sending.lost).toEqual([])
    expect(reading.lost.map((event) => 'connection' in event && event.connection).toSorted()).toEqual([
      'consumer',
      'publisher',
    ])
  })

  it('given a publisher that has sent nothing, when the leader of the queue is killed, then its messages are confirmed while that node is away', async () => {
    const [first, second, third] = cluster.nodes
    const reading = await openBroker('four.exchange', PATIENT_MS, first, second, third)
    const reader = await countedReader(reading.subscriber, 'four')
    expect((await cluster.replicasOf('four')).leader).toBe(first.name)
    const { publisher } = await openBroker('four.exchange', PATIENT_MS, second)
    await first.crash()
    await until(
      () => publisher.publish(numbered(1)),
      ({ kind }) => kind === 'confirmed',
    )
    await reader.reaches(1)
  })

  it('given thousands of messages, when two of the three are killed, then nothing is confirmed until they are back, and none is lost', async () => {
    const { first, third, sending, outbox, arrivesWhole } = await halfWay('three', IMPATIENT_MS)
    await Promise.all([first.crash(), third.crash()])
    await until(
      async () => sending.lost,
      (lost) => lost.some((event) => 'reason' in event && /^no confirm within/.test(event.reason)),
    )
    expect(await outbox.waiting()).toBeGreaterThan(0)
    await cluster.heal()
    await arrivesWhole('two nodes were killed and came back')
  })
})
