import { describe, expect, it } from 'vitest'
import { type RabbitOptions, readRabbitSettings } from '../src/rabbit/rabbit-settings.js'

const urlsOf = (options: RabbitOptions) => readRabbitSettings(options).addresses.map(({ url }) => url)
const addressOf = (url: string) => readRabbitSettings({ url }).addresses[0]

describe('the settings of RabbitMQ', () => {
  it("have the seed's exchange, quorum queues and a heartbeat of five seconds by default", () => {
    const settings = readRabbitSettings({ url: 'amqp://guest:guest@localhost:5672/shop' })
    expect(settings).toMatchObject({
      exchange: 'paynotify_exchange_fanout',
      queueType: 'quorum',
      deliveryLimit: 2,
      heartbeatSeconds: 5,
      confirmTimeoutMs: 10_000,
      addresses: [
        {
          ...{ url: 'amqp://localhost:5672/shop?heartbeat=5', username: 'guest', password: 'guest' },
          ...{ virtualHost: 'shop', isExposed: false },
        },
      ],
    })
  })

  it('leave a heartbeat that stands in the address', () => {
    expect(urlsOf({ url: 'amqp://localhost?heartbeat=4' })).toEqual(['amqp://localhost?heartbeat=4'])
    expect(readRabbitSettings({ url: 'amqp://localhost?heartbeat=4', heartbeatSeconds: 7 }).heartbeatSeconds).toBe(7)
  })

  it('refuse an address without a heartbeat: a dead network would never be noticed', () => {
    expect(() => readRabbitSettings({ url: 'amqp://localhost?heartbeat=0' })).toThrow(/heartbeat/)
  })

  it('take the nodes of a cluster with commas between them, from a random one on', () => {
    const url = 'amqp://u:a,b@one,amqps://u:a,b@two:5671/shop?heartbeat=9, amqp://three'
    const beginning = (random: number) => urlsOf({ url, random: () => random })
    const [one, two, three] = [
      'amqps://one?heartbeat=9',
      'amqps://two:5671/shop?heartbeat=9',
      'amqps://three?heartbeat=9',
    ]
    expect(beginning(0)).toEqual([one, two, three])
    expect(beginning(0.5)).toEqual([two, three, one])
    expect(beginning(0.99)).toEqual([three, one, two])
  })

  it.each(['amqp://localhost', 'amqp://LOCALHOST:5672', 'amqp://127.0.0.1', 'amqp://127.8.9.1', 'amqp://[::1]:5672'])(
    'speak no TLS to %s, which never leaves this machine',
    (url) => {
      expect(addressOf(url)).toMatchObject({ url: expect.stringMatching(/^amqp:/), isExposed: false })
    },
  )

  it.each([
    'amqp://10.0.0.7',
    'amqp://mq.example',
    'amqp://localhost.example',
    'amqps://localhost',
    'amqp://[2001:db8::1]',
  ])('speak TLS to %s', (url) => {
    expect(addressOf(url)).toMatchObject({ url: expect.stringMatching(/^amqps:/), isExposed: false })
  })

  it('speak no TLS off loopback where the address ends it, and call that exposed', () => {
    expect(addressOf('amqp://mq.example/shop?tls=off')).toMatchObject({
      url: 'amqp://mq.example/shop?heartbeat=5',
      isExposed: true,
    })
    expect(addressOf('amqp://localhost?tls=on')).toMatchObject({ url: 'amqps://localhost?heartbeat=5' })
    expect(() => addressOf('amqp://mq.example?tls=no')).toThrow(/"tls" of a broker address must be "on" or "off"/)
  })

  it('read user, password and virtual host as UTF-8, and a percent sign that stands for itself as it is', () => {
    const url = `amqp://${encodeURIComponent('käufer')}:pä${encodeURIComponent('ss%/ß€')}@localhost/${encodeURIComponent('学/校')}`
    expect(addressOf(url)).toMatchObject({ username: 'käufer', password: 'päss%/ß€', virtualHost: '学/校' })
    expect(addressOf('amqp://u:100%@localhost')).toMatchObject({ password: '100%', virtualHost: '/' })
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
    expect(() => readRabbitSettings({ url })).toThrow(/^A broker address must begin with "amqp:\/\/"/)
  })

  it('refuse a call without an address', () => {
    const none = [undefined, {}] as unknown as Parameters<typeof readRabbitSettings>[0][]
    for (const each of none) expect(() => readRabbitSettings(each)).toThrow(/^A broker address must begin with/)
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
