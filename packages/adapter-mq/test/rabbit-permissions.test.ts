import { readFileSync } from 'node:fs'
import { PermanentFailure } from '@coursepay/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consumeQueue, until } from './support/consumer.js'
import { sampleMessage } from './support/messages.js'
import { openCorner, type RabbitCorner, rabbit } from './support/rabbit.js'
import { createUser, hasRabbitmqctl, type Permissions, removeUsers } from './support/rabbitmqctl.js'
import { named } from './support/services.js'

const confirmed = { kind: 'confirmed' }

type Role = 'order service' | 'consumer' | 'operator'

const document = readFileSync(`${import.meta.dirname}/../../../docs/production.md`, 'utf8')

/** A line of the table in docs/production.md, with this test's names in it. */
function documented(role: string, exchange: string, queue: string): Permissions {
  const line = document.split('\n').find((each) => each.trim().startsWith(`| ${role}`)) ?? ''
  const [configure = '', write = '', read = ''] = [...line.matchAll(/`(\^[^`]*)`/g)].map(([, pattern = '']) =>
    pattern
      .replaceAll('\\|', '|')
      .replaceAll('paynotify_exchange_fanout', exchange)
      .replaceAll('paynotify_queue', queue),
  )
  return { configure, write, read }
}

describe.skipIf(rabbit.missing || !hasRabbitmqctl)(
  named('restricted users of RabbitMQ', rabbit),
  { timeout: 60_000 },
  () => {
    let corner: RabbitCorner
    const users: string[] = []
    beforeEach(async () => {
      corner = await openCorner()
    })
    afterEach(async () => {
      await corner.dispose()
      await removeUsers(users.splice(0))
    })

    async function loginWith(permissions: Permissions): Promise<string> {
      const user = await createUser(rabbit.url, permissions)
      users.push(user.name)
      return user.url
    }
    const permissionsOf = (role: Role) => documented(role, corner.exchange, corner.queue)
    const openAs = async (role: Role, options = {}) =>
      corner.open({ url: await loginWith(permissionsOf(role)), ...options })
    const mayNotPublish = async (url: string) => {
      const broker = await corner.open({ url })
      return broker.publisher.publish(sampleMessage(9))
    }

    it('given the three patterns of the documents, then messages are sent, read, tried again, dead-lettered and redriven', async () => {
      const orderService = await openAs('order service')
      const consumer = await openAs('consumer')
      const mended = { isMended: false }
      const { got, called } = await consumeQueue(consumer, corner.queue, async () => {
        if (!mended.isMended) throw got.length === 1 ? new Error('not yet') : new PermanentFailure('no such choice')
      })
      expect(await orderService.publisher.publish(sampleMessage(1))).toEqual(confirmed)
      await called(2)
      const operator = await openAs('operator')
      await until(async () => (await operator.deadLetters.count(corner.queue)) === 1)
      expect(await operator.deadLetters.peek({ queue: corner.queue, limit: 1 })).toMatchObject([
        { reason: 'no such choice' },
      ])
      mended.isMended = true
      // The broker requeues what was looked at a moment after the channel of the look was closed.
      await until(async () => (await operator.deadLetters.redrive({ queue: corner.queue, limit: 1 })) === 1)
      await called(3)
      await consumer.ping()
    })

    it('given a consumer that starts before the exchange is there, then it waits for the order service', async () => {
      const consumer = await openAs('consumer')
      const { called } = await consumeQueue(consumer, corner.queue)
      await until(() =>
        corner.events.some((event) => event.kind === 'subscription_lost' && /may not declare it/.test(event.reason)),
      )
      const orderService = await openAs('order service')
      await until(() =>
        consumer.ping().then(
          () => true,
          () => false,
        ),
      )
      expect(await orderService.publisher.publish(sampleMessage(1))).toEqual(confirmed)
      await called(1)
    })

    it('given the order service requires the queue of a consumer, then it may bind it and not declare it', async () => {
      const orderService = await openAs('order service', { requiredQueues: [corner.queue] })
      expect(orderService.publisher.available()).toBe(false)
      await consumeQueue(await openAs('consumer'), corner.queue)
      await until(() => orderService.publisher.available())
    })

    it('given a consumer and an operator, then neither may write to the exchange', async () => {
      const orderService = await openAs('order service')
      await consumeQueue(await openAs('consumer'), corner.queue)
      for (const role of ['consumer', 'operator'] as const) {
        expect(await mayNotPublish(await loginWith(permissionsOf(role)))).toMatchObject({
          kind: 'unknown',
          reason: expect.stringMatching(/403|ACCESS_REFUSED/),
        })
      }
      expect(await orderService.publisher.publish(sampleMessage(1))).toEqual(confirmed)
    })

    it('given a consumer with less than it needs, then the sentence says where the permissions are listed', async () => {
      await openAs('order service')
      const url = await loginWith({ ...permissionsOf('consumer'), read: '^$' })
      await expect(consumeQueue(await corner.open({ url }), corner.queue)).rejects.toMatchObject({
        code: 'broker_unavailable',
        message: expect.stringMatching(/docs\/production\.md.*ACCESS_REFUSED/),
      })
    })
  },
)
