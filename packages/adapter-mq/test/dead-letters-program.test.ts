import { PermanentFailure } from '@coursepay/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runProgram } from '../src/cli/run.js'
import { deadLetterQueueOf } from '../src/index.js'
import { consumeQueue, until } from './support/consumer.js'
import { sampleMessage } from './support/messages.js'
import { openCorner, type RabbitCorner, rabbit } from './support/rabbit.js'
import { named } from './support/services.js'

async function program(environment: Readonly<Record<string, string>>, ...words: string[]) {
  const lines: string[] = []
  const status = await runProgram(words, environment, (line) => void lines.push(line))
  return { status, said: lines.join('\n') }
}

describe('coursepay-mq', () => {
  it('prints its help', async () => {
    expect(await program({}, '--help')).toEqual({
      status: 0,
      said: expect.stringMatching(/^coursepay-mq: .*dead-letters redrive/s),
    })
  })

  it.each([
    [[]],
    [['letters']],
    [['dead-letters', 'burn']],
    [['dead-letters', 'list', 'more']],
    [['dead-letters', '--all']],
    [['dead-letters', '--limit', '0']],
    [['dead-letters', '--limit', '1e9']],
  ])('does not understand %j, says so and prints its help', async (words) => {
    const { status, said } = await program({ AMQP_URL: 'amqp://127.0.0.1:1' }, ...words)
    expect(status).toBe(2)
    expect(said).toMatch(/coursepay-mq dead-letters/)
  })

  it('needs the address of a broker', async () => {
    expect(await program({}, 'dead-letters')).toMatchObject({
      status: 2,
      said: expect.stringMatching(/^AMQP_URL is not set/),
    })
    expect(await program({ AMQP_URL: 'localhost' }, 'dead-letters')).toMatchObject({ status: 2 })
  })

  it('says that a broker cannot be reached, without the password', async () => {
    const { status, said } = await program({ AMQP_URL: 'amqp://guest:hunter2@127.0.0.1:1' }, 'dead-letters')
    expect(status).toBe(3)
    expect(said).toMatch(/cannot be reached.*\(broker_unavailable\)/)
    expect(said).not.toContain('hunter2')
  })
})

describe.skipIf(rabbit.missing)(named('coursepay-mq', rabbit), () => {
  let corner: RabbitCorner
  beforeEach(async () => {
    corner = await openCorner()
  })
  afterEach(() => corner.dispose())

  const environment = () => ({ AMQP_URL: rabbit.url, AMQP_EXCHANGE: corner.exchange, AMQP_QUEUE: corner.queue })
  const untilDead = (count: number) =>
    until(async () => (await corner.count(deadLetterQueueOf(corner.queue))) === count)

  it('lists dead letters with their reasons, and puts them back into their queue', async () => {
    const state = { isFaulty: true }
    const broker = await corner.open()
    const { called } = await consumeQueue(broker, corner.queue, async () => {
      if (state.isFaulty) throw new PermanentFailure('the handler has a bug')
    })
    const said = `${corner.queue}: 0 dead letters.`
    expect(await program(environment(), 'dead-letters')).toEqual({ status: 0, said })
    for (const count of [1, 2]) await broker.publisher.publish(sampleMessage(count))
    await untilDead(2)
    const listed = await program(environment(), 'dead-letters', 'list')
    expect(listed.status).toBe(1)
    for (const part of [sampleMessage(1).id, sampleMessage(2).id, 'the handler has a bug', ': 2 dead letters.']) {
      expect(listed.said).toContain(part)
    }
    state.isFaulty = false
    await untilDead(2)
    const one = await program(environment(), 'dead-letters', '--redrive', '--limit', '1')
    expect(one).toEqual({ status: 1, said: `${corner.queue}: 1 redriven, 1 dead letters.` })
    const words = ['dead-letters', 'redrive', '--queue', corner.queue]
    const { AMQP_QUEUE: _, ...others } = environment()
    expect(await program(others, ...words)).toEqual({ status: 0, said: `${corner.queue}: 1 redriven, 0 dead letters.` })
    await called(4)
  })

  it('says that there is no such queue: a name that is misspelt has no dead letters either', async () => {
    const { status, said } = await program(environment(), 'dead-letters', '--queue', 'paynotify_queu')
    expect(status).toBe(2)
    expect(said).toMatch(/^The broker has no dead-letter queue of paynotify_queu: check the name\./)
  })

  it('writes out what a terminal would obey', async () => {
    const broker = await corner.open()
    await consumeQueue(broker, corner.queue)
    await corner.put(corner.queue, 'no JSON \u001b[2J\r\nall is well', { messageId: '\u001b]0;7\u0007' })
    await untilDead(1)
    const { said } = await program(environment(), 'dead-letters')
    expect(said).toContain('no JSON \\u{1b}[2J\\u{d}\\u{a}all is well')
    expect(said).toContain('\\u{1b}]0;7\\u{7}')
    expect(said).not.toMatch(/[^\P{Cc}\n]/u)
  })
})
