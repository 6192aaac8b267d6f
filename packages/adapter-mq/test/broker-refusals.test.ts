import { failureOf } from '@coursepay/core/contracts'
import { connect } from 'amqplib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { consumeQueue } from './support/consumer.js'
import { openCorner, type RabbitCorner, rabbit } from './support/rabbit.js'
import { createUser, createVirtualHost, hasRabbitmqctl, rabbitmqctl } from './support/rabbitmqctl.js'
import { startScriptedBroker } from './support/scripted-broker.js'
import { named } from './support/services.js'

describe.skipIf(rabbit.missing)(named('a broker that answers, and refuses', rabbit), { timeout: 60_000 }, () => {
  let corner: RabbitCorner
  const opened: { remove(): unknown }[] = []
  beforeEach(async () => {
    corner = await openCorner()
  })
  afterEach(async () => {
    await corner.dispose()
    for (const each of opened.splice(0).reverse()) await each.remove()
  })
  const later = <Thing extends { remove(): unknown }>(thing: Thing): Thing => {
    opened.push(thing)
    return thing
  }
  async function refusalAt(url: string): Promise<string> {
    const broker = await corner.open({ url })
    const error = await failureOf(broker.ping())
    expect(error).toMatchObject({ code: 'broker_unavailable' })
    const { message } = error as Error
    expect(message).not.toMatch(/cannot be reached/)
    await broker.close()
    return message
  }
  const at = (changes: Partial<URL>): string => Object.assign(new URL(rabbit.url), changes).href

  it('is quoted with its own words about a login', async () => {
    const message = await refusalAt(at({ password: 's3cret-word' }))
    expect(message).toMatch(
      /refuses the login: ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN/,
    )
    expect(message).not.toMatch(/s3cret-word/)
  })

  it('is told to refuse the virtual host by its name', async () => {
    const message = await refusalAt(at({ pathname: '/no-such-school' }))
    expect(message).toMatch(/accepts the login, but refuses the virtual host "no-such-school" \(NOT_ALLOWED\)/)
  })

  it('is told to answer without TLS where TLS was asked for', async () => {
    expect(await refusalAt(at({ protocol: 'amqps:' }))).toMatch(/answers without TLS.*\?tls=off/)
  })

  it('is told to speak something else where that answers', async () => {
    const web = await startScriptedBroker(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))
    later({ remove: () => web.close() })
    expect(await refusalAt(web.url)).toMatch(/Something answers at the address/)
  })

  it.skipIf(!hasRabbitmqctl)('lets a user in whose password has letters beyond ASCII', async () => {
    const everything = { configure: '.*', write: '.*', read: '.*' }
    const { url } = later(await createUser(rabbit.url, everything, 'pä ss%/@:ß€学'))
    await (await corner.open({ url })).ping()
    const plain = url.replace(/:[^:@]*@/, ':pä%20ss%25%2F%40%3Aß€学@')
    await (await corner.open({ url: plain })).ping()
  })

  it.skipIf(!hasRabbitmqctl)(
    'is told to have a queue that is not plain, where the virtual host makes quorum queues by default',
    async () => {
      const { name } = later(await createVirtualHost(new URL(rabbit.url).username || 'guest', 'quorum'))
      const url = at({ pathname: `/${name}` })
      const broker = await corner.open({ url, queueType: 'plain' })
      await consumeQueue(broker, 'declared_by_us')
      const java = await connect(url)
      await (await java.createChannel()).assertQueue('declared_by_java', { durable: true })
      await java.close()
      await expect(consumeQueue(broker, 'declared_by_java')).rejects.toMatchObject({
        code: 'broker_unavailable',
        message: expect.stringMatching(
          /^The queue declared_by_java is no plain queue: .*AMQP_QUEUE_TYPE.*x-queue-type "classic"/,
        ),
      })
      const types = (await rabbitmqctl('list_queues', '-p', name, 'name', 'type', '--no-table-headers'))
        .trim()
        .split('\n')
      expect(types.map((line) => line.split('\t')).sort()).toEqual([
        ['declared_by_java', 'quorum'],
        ['declared_by_us', 'classic'],
        ['declared_by_us.alone', 'quorum'],
        ['declared_by_us.dlq', 'classic'],
        ['declared_by_us.retry', 'classic'],
      ])
      await broker.close()
    },
  )
})
