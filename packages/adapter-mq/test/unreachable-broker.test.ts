import { failureOf } from '@coursepay/core/contracts'
import { afterEach, describe, expect, it } from 'vitest'
import { type BrokerEvent, openRabbitBroker, type RabbitBroker, type RabbitOptions } from '../src/index.js'
import { openConnection } from '../src/rabbit/amqp-connection.js'
import { readRabbitSettings } from '../src/rabbit/rabbit-settings.js'
import { closeFrame, openOkFrame, startFrame, tuneFrame } from './support/amqp-frames.js'
import { until } from './support/consumer.js'
import { sampleMessage } from './support/messages.js'
import { type ScriptedBroker, startScriptedBroker } from './support/scripted-broker.js'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close()
})

/** Opens our side against a broker that behaves as the answers say. */
async function openAgainst(...answers: readonly Buffer[]) {
  const scripted = await startScriptedBroker(...answers)
  opened.push(scripted)
  return { scripted, ...(await openAt(scripted.url)) }
}

async function openAt(url: string, options: Partial<RabbitOptions> = {}) {
  const events: BrokerEvent[] = []
  const broker: RabbitBroker = await openRabbitBroker({
    url,
    connectTimeoutMs: 200,
    closeTimeoutMs: 200,
    reconnect: { minMs: 10, maxMs: 50 },
    onEvent: (event) => void events.push(event),
    ...options,
  })
  opened.push(broker)
  return { broker, events }
}

const reasonOf = (events: readonly BrokerEvent[]) => events.map((event) => 'reason' in event && event.reason)
const triedAgain = (scripted: ScriptedBroker) => until(() => scripted.accepted() >= 3)

describe('a broker that is not there', () => {
  it('given nobody at the address, then all calls settle, say so, and it is looked for again', async () => {
    const scripted = await startScriptedBroker()
    await scripted.close()
    const { broker, events } = await openAt(scripted.url)
    const { publisher, subscriber, deadLetters } = broker
    expect(publisher.available()).toBe(false)
    expect(await publisher.publish(sampleMessage())).toMatchObject({
      kind: 'unknown',
      reason: expect.stringMatching(/^not connected: .*ECONNREFUSED/),
    })
    await expect(broker.ping()).rejects.toMatchObject({ code: 'broker_unavailable' })
    await expect(deadLetters.count('q')).rejects.toMatchObject({ code: 'broker_unavailable' })
    const subscription = await subscriber.subscribe('q', async () => {})
    await until(() => events.filter(({ kind }) => kind === 'connect_failed').length >= 4)
    await subscription.stop()
  })

  it('given two nodes of which the first is down, then the first attempt to connect finds the second', async () => {
    const [down, up] = [await startScriptedBroker(), await startScriptedBroker(startFrame, tuneFrame, openOkFrame)]
    opened.push(up)
    await down.close()
    const { events } = await openAt(`${down.url},${up.url}`, { random: () => 0 })
    expect(up.accepted()).toBe(1)
    expect(events[0]).toEqual({ kind: 'connected', connection: 'publisher' })
  })

  it('given a listener that says nothing, then connecting ends in time and its socket is destroyed', async () => {
    const { scripted, events } = await openAgainst()
    expect(reasonOf(events)).toEqual(['Connecting took longer than 200 ms'])
    await until(() => scripted.open() <= 1)
    await triedAgain(scripted)
  })

  it('given a peer that speaks something else, then it is an error like any other', async () => {
    const { scripted, broker } = await openAgainst(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))
    expect(await broker.publisher.publish(sampleMessage())).toMatchObject({ kind: 'unknown' })
    await triedAgain(scripted)
  })

  it('given a broker that refuses the login, then that is told, and no password', async () => {
    const refused = closeFrame(403, 'ACCESS_REFUSED - Login was refused')
    const { scripted, broker, events } = await openAgainst(startFrame, refused)
    expect(reasonOf(events)).toEqual([expect.stringContaining('ACCESS_REFUSED')])
    const told = [events, await broker.publisher.publish(sampleMessage()), await failureOf(broker.ping())]
    expect(told.map((each) => (each instanceof Error ? each.message : JSON.stringify(each))).join()).not.toMatch(
      /s3cret/,
    )
    await triedAgain(scripted)
  })

  it('given a connection that is opened and shut in one breath, then it is no zombie: it is tried again', async () => {
    const shut = Buffer.concat([openOkFrame, closeFrame(320, 'CONNECTION_FORCED')])
    const { scripted, broker } = await openAgainst(startFrame, tuneFrame, shut)
    expect(await broker.publisher.publish(sampleMessage())).toMatchObject({ kind: 'unknown' })
    await triedAgain(scripted)
  })

  it('given a broker that falls silent once it is open, then calls end in time and the connection is destroyed', async () => {
    const { scripted, events } = await openAgainst(startFrame, tuneFrame, openOkFrame)
    await until(() => events.some(({ kind }) => kind === 'connection_lost'))
    expect(events).toContainEqual({
      kind: 'connection_lost',
      connection: 'publisher',
      reason: 'Opening a channel took longer than 200 ms',
    })
    await triedAgain(scripted)
  })

  it('given a network that is dead, when the heartbeat notices, then the socket is destroyed and not only half closed', async () => {
    const scripted = await startScriptedBroker(startFrame, tuneFrame, openOkFrame)
    opened.push(scripted)
    const opening = openAt(scripted.url, {
      heartbeatSeconds: 1,
      connectTimeoutMs: 60_000,
      reconnect: { minMs: 60_000, maxMs: 60_000 },
    })
    await until(() => scripted.open() === 1)
    const { events } = await opening
    expect(events).toContainEqual({ kind: 'connection_lost', connection: 'publisher', reason: 'Heartbeat timeout' })
    await until(() => scripted.open() === 0)
  })

  it('given a connection that dies while it says goodbye, then closing is over at once', async () => {
    const scripted = await startScriptedBroker(startFrame, tuneFrame, openOkFrame)
    opened.push(scripted)
    const settings = readRabbitSettings({ url: scripted.url, closeTimeoutMs: 60_000 })
    const [address] = settings.addresses
    if (address === undefined) throw new Error('There is no address.')
    const dependencies = { address, role: 'publisher', settings, onBlocked: () => {} } as const
    const connection = await openConnection(dependencies, new AbortController().signal)
    const closing = connection.close()
    await scripted.close()
    await closing
    expect(await connection.ended).toMatch(/ECONNRESET|Unexpected close/)
  })

  it('when it is closed while it connects, then it is over at once and nothing is left open', async () => {
    const { scripted, broker } = await openAgainst()
    await broker.close()
    await until(() => scripted.open() === 0)
    expect(await broker.publisher.publish(sampleMessage())).toEqual({
      kind: 'unknown',
      reason: 'the broker is being closed',
    })
  })
})
