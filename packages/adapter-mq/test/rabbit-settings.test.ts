import { describe, expect, it } from 'vitest'
import { readRabbitSettings } from '../src/rabbit/rabbit-settings.js'

describe('the settings of RabbitMQ', () => {
  it("have the seed's exchange, quorum queues and a heartbeat of five seconds by default", () => {
    const settings = readRabbitSettings({ url: 'amqp://guest:guest@localhost:5672/shop' })
    expect(settings).toMatchObject({
      exchange: 'paynotify_exchange_fanout',
      queueType: 'quorum',
      deliveryLimit: 2,
      heartbeatSeconds: 5,
      confirmTimeoutMs: 10_000,
      urls: ['amqp://guest:guest@localhost:5672/shop?heartbeat=5'],
    })
  })

  it('leave a heartbeat that stands in the address', () => {
    expect(readRabbitSettings({ url: 'amqp://localhost?heartbeat=4' }).urls).toEqual(['amqp://localhost?heartbeat=4'])
    expect(readRabbitSettings({ url: 'amqp://localhost?heartbeat=4', heartbeatSeconds: 7 }).heartbeatSeconds).toBe(7)
  })

  it('refuse an address without a heartbeat: a dead network would never be noticed', () => {
    expect(() => readRabbitSettings({ url: 'amqp://localhost?heartbeat=0' })).toThrow(/heartbeat/)
  })

  it('take the nodes of a cluster with commas between them, from a random one on', () => {
    const url = 'amqp://u:a,b@one,amqps://u:a,b@two:5671/shop?heartbeat=9, amqp://three'
    const beginning = (random: number) => readRabbitSettings({ url, random: () => random }).urls
    const [one, two, three] = [
      'amqp://u:a,b@one?heartbeat=9',
      'amqps://u:a,b@two:5671/shop?heartbeat=9',
      'amqp://three?heartbeat=9',
    ]
    expect(beginning(0)).toEqual([one, two, three])
    expect(beginning(0.5)).toEqual([two, three, one])
    expect(beginning(0.99)).toEqual([three, one, two])
  })

  it.each([
    '',
    'amqp://u:s3cret@one,',
    'amqp://u:s3cret@one,two',
    'amqp://u:s3cret@one,amqp:',
    'amqp:',
    'localhost:5672',
    'http://u:s3cret@host',
    'amqp//u:s3cret@host',
    'amqp://u:s3cret@host:port',
  ])('refuse the address %o without repeating it', (url) => {
    expect(() => readRabbitSettings({ url })).toThrow(/^A broker address begins with "amqp:\/\/"/)
  })

  it('survive a listener that throws', () => {
    const { onEvent } = readRabbitSettings({
      url: 'amqp://localhost',
      onEvent: () => {
        throw new Error('the log is full')
      },
    })
    expect(() => onEvent({ kind: 'subscribed', queue: 'paynotify_queue' })).not.toThrow()
  })
})
