import { openRabbitBroker } from '@coursepay/adapter-mq'
import { MessageType, messageId, outBusinessId, PermanentFailure } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { run } from './support/process.js'
import { findRabbit, named, ownNames } from './support/services.js'
import { until } from './support/until.js'

const rabbit = await findRabbit()

async function deadLetters(environment: Readonly<Record<string, string>>, ...args: string[]) {
  const program = run('dead-letters/main.js', environment, args)
  return { code: await program.ended(), said: program.output() }
}

const message = (id: string) => ({
  id: messageId(id),
  messageType: MessageType.payResult,
  businessKey1: outBusinessId('7123456789012345670'),
  businessKey2: '60201',
  businessKey3: null,
})

describe('the command for dead letters', () => {
  const title =
    'given messages that a reader gave up, then it shows them with their reasons, or puts them back into that queue'
  it.skipIf(rabbit.missing !== null)(named(title, rabbit), async () => {
    await using started = new AsyncDisposableStack()
    const names = started.use(await ownNames(rabbit.url))
    const exchange = names.environment.AMQP_EXCHANGE ?? ''
    const queue = names.queue('learning')
    const environment = { ...names.environment, AMQP_QUEUE: queue }
    const broker = started.adopt(await openRabbitBroker({ url: rabbit.url, exchange }), (open) => open.close())
    const read: string[] = []
    const faulty = { now: true }
    await broker.subscriber.subscribe(queue, async ({ id }) => {
      if (faulty.now) throw new PermanentFailure('the handler has a bug')
      read.push(id)
    })
    expect(await deadLetters(environment)).toEqual({ code: 0, said: `${queue}: 0 given up.\n` })

    const ids = ['7123456789012345671', '7123456789012345672']
    for (const id of ids) await broker.publisher.publish(message(id))
    await until(
      () => broker.deadLetters.count(queue),
      (count) => count === 2,
    )
    const shown = await deadLetters(environment)
    expect(shown.code).toBe(1)
    for (const part of [...ids, 'the handler has a bug', `${queue}: 2 given up.`]) expect(shown.said).toContain(part)

    faulty.now = false
    await until(
      () => broker.deadLetters.count(queue),
      (count) => count === 2,
    )
    const moved = await deadLetters(names.environment, '--queue', queue, '--redrive')
    expect(moved).toEqual({ code: 0, said: `${queue}: 2 put back, 0 given up.\n` })
    await until(
      async () => read.length,
      (count) => count === 2,
    )
    expect(read.toSorted()).toEqual(ids)
  })

  it('given no broker in the settings, one that cannot be reached, or a word it does not know, then it says so, without a password', async () => {
    const unreachable = { AMQP_URL: 'amqp://guest:hunter2@127.0.0.1:1' }
    const outcomes = [await deadLetters({}), await deadLetters(unreachable), await deadLetters(unreachable, '--all')]
    expect(outcomes.map(({ code }) => code)).toEqual([2, 3, 2])
    const [unset, missing, unknown] = outcomes.map(({ said }) => said)
    expect(unset).toMatch(/AMQP_URL is not set/)
    expect(missing).toMatch(/cannot be reached/)
    expect(missing).not.toContain('hunter2')
    expect(unknown).toMatch(/^Usage: npm run dead-letters/)
  })
})
