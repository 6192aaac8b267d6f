import { generateKeyPairSync } from 'node:crypto'
import { generateSandboxKeys } from '@coursepay/adapter-alipay/sandbox'
import { describe, expect, it } from 'vitest'
import { readSettings } from '../src/apps/settings/read-settings.js'
import { SettingsError } from '../src/apps/settings/settings-error.js'

const SECRET = 'a secret of the tests, long enough'
type Given = Readonly<Record<string, string>>

function mistakesOf(given: Given): readonly string[] {
  try {
    readSettings({ JWT_SECRET: SECRET, ...given }, { tokens: 'needed' })
    return []
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes
    throw error
  }
}

const { alipay, merchant } = await generateSandboxKeys()
const keys = {
  ownPrivate: String(merchant.privateKey.export({ type: 'pkcs8', format: 'pem' })),
  ownPublic: String(merchant.publicKey.export({ type: 'spki', format: 'pem' })),
  alipay: String(alipay.publicKey.export({ type: 'spki', format: 'pem' })),
}
const app = {
  ALIPAY_APP_ID: '2021000000000001',
  ALIPAY_SELLER_ID: '2088123456789012',
  ALIPAY_PRIVATE_KEY: keys.ownPrivate,
  ALIPAY_PUBLIC_KEY: keys.alipay,
}

describe('a setting of another form is a mistake', () => {
  const refused: readonly (readonly [Given, RegExp])[] = [
    [{ JWT_SECRET: 'x'.repeat(31) }, /^JWT_SECRET: has fewer than 32 bytes/],
    [{ JWKS_URL: 'https://school.test/keys' }, /^JWT_SECRET or JWKS_URL: both are set/],
    [{ JWT_SECRET: '', JWKS_URL: 'http://school.test/keys' }, /^JWKS_URL: .*https:\/\//],
    [{ JWT_AUDIENCE: 'price:60202' }, /^JWT_AUDIENCE: must not begin with price:/],
    [{ PORT: '3000a' }, /^PORT: /],
    [{ HOST: '127.0.0.1:3000' }, /^HOST: .*without a port/],
    [{ HOST: 'a\nb' }, /^HOST: contains a control character/],
    [{ ORDER_TTL: '16d', ...app }, /^ORDER_TTL: must be 15d or less/],
    [{ ORDER_TTL: '59s', ...app }, /^ORDER_TTL: must be 1m or more/],
    [{ WRITE_RATE: '0' }, /^WRITE_RATE: must be a whole number/],
    [{ WRITE_BURST: '1.5' }, /^WRITE_BURST: must be a whole number/],
    [{ PAGES: 'yes' }, /^PAGES: must be on or off/],
    [{ LOGIN_URL: 'http://school.test/login' }, /^LOGIN_URL: .*https:\/\//],
    [{ ORDERS_URL: 'http://orders.test' }, /^ORDERS_URL: .*https:\/\//],
    [{ AMQP_URL: 'amqp:/localhost' }, /^AMQP_URL: A broker address must begin with/],
    [{ AMQP_URL: 'amqp://localhost?tls=maybe' }, /^AMQP_URL: The option "tls"/],
    [{ AMQP_EXCHANGE: '课'.repeat(86) }, /^AMQP_EXCHANGE: is longer than 255 bytes/],
    [{ AMQP_QUEUE: 'q'.repeat(250) }, /^AMQP_QUEUE: is longer than 249 bytes/],
    [{ AMQP_QUEUE: 'amq.gen-1' }, /^AMQP_QUEUE: begins with amq\./],
    [{ REQUIRED_QUEUES: `a,${'q'.repeat(250)}` }, /^REQUIRED_QUEUES: is longer/],
    [{ MESSAGE_SIGNING_KEY: 'no key' }, /^MESSAGE_SIGNING_KEY: .*not a private Ed25519 key/],
    [{ MESSAGE_VERIFY_KEY: keys.alipay }, /^MESSAGE_VERIFY_KEY: .*not a public Ed25519 key/],
    [{ MESSAGE_PROOF: 'required' }, /^MESSAGE_VERIFY_KEY: is missing, and MESSAGE_PROOF is required: set/],
    [{ ...app, ALIPAY_SELLER_ID: '2088123' }, /^ALIPAY_SELLER_ID must be 2088 followed by 12 digits/],
    [{ ...app, ALIPAY_SELLER_ID: '１２３４' }, /^ALIPAY_SELLER_ID must be 2088/],
    [{ ...app, ALIPAY_APP_ID: '2021-1' }, /^ALIPAY_APP_ID must be digits only/],
    [{ ...app, ALIPAY_GATEWAY: 'http://alipay.test' }, /^ALIPAY_GATEWAY must begin with https:/],
    [{ ...app, ALIPAY_PUBLIC_KEY: keys.ownPublic }, /^ALIPAY_\*: .*your own app's public key/],
    [{ ...app, ALIPAY_PRIVATE_KEY: '' }, /^ALIPAY_PRIVATE_KEY is missing/],
  ]
  it.each(refused)('%o', (given, mistake) => expect(mistakesOf(given)).toEqual([expect.stringMatching(mistake)]))

  it('a seller that asks about paid orders needs its key', () => {
    const asking = { JWT_SECRET: SECRET, ORDERS_URL: 'http://127.0.0.1:3000' }
    expect(() => readSettings(asking, { sells: '60202' })).toThrow('ORDERS_URL: is set, and PRICE_KEY_60202 is missing')
    expect(readSettings({ ...asking, PRICE_KEY_60202: 'k'.repeat(32) }, { sells: '60202' }).orders).toEqual({
      baseUrl: 'http://127.0.0.1:3000',
      allowHttp: false,
    })
  })

  it('all mistakes are told at once, and none shows a secret', () => {
    const mistakes = mistakesOf({ ...app, PORT: 'x', JWT_SECRET: 'hunter2', ALIPAY_PRIVATE_KEY: 'hunter2', PAGES: 'x' })
    expect(mistakes).toHaveLength(4)
    expect(mistakes.join()).not.toContain('hunter2')
  })
})

describe('settings that fit', () => {
  it('the defaults are those of the contract', () => {
    expect(readSettings({})).toMatchObject({
      ...{ port: 3_000, host: '127.0.0.1', publicBaseUrl: null, broker: null, tokens: null, warnings: [] },
      ...{ writes: { perSecond: 20, burst: 200 }, pages: true, loginUrl: null, orderTimeToLiveMs: 1_800_000 },
    })
  })

  it('blanks and line breaks at the ends are taken away with a warning that names the variable', () => {
    const given = {
      PORT: '3001\n',
      ALIPAY_SANDBOX: ' on',
      JWT_SECRET: `\uFEFF${SECRET}\r\n`,
      PRICE_KEY_60202: `${'k'.repeat(32)} `,
    }
    const { warnings, port, tokens, priceKeys } = readSettings({ ...given, OTHER: ' x ' })
    expect([port, tokens, priceKeys]).toMatchObject([3_001, { secret: SECRET }, { 60202: 'k'.repeat(32) }])
    expect(warnings.map((warning) => warning.split(':')[0])).toEqual(Object.keys(given))
  })

  it.each([
    ['as PEM', keys.ownPrivate],
    ['on one line with spelt-out breaks', keys.ownPrivate.replaceAll('\n', '\\n')],
    ['with a byte order mark and CRLF', `\uFEFF${keys.ownPrivate.replaceAll('\n', '\r\n')}`],
    ['indented', keys.ownPrivate.replaceAll('\n', '\n    ')],
    ['with blanks for breaks', keys.ownPrivate.replaceAll(/\n(?!-|$)/g, ' ').replaceAll('\n', ' ')],
  ])('a key is read %s', (_, key) => {
    expect(mistakesOf({ ...app, ALIPAY_PRIVATE_KEY: key })).toEqual([])
  })

  it('keys of messages are PEM or base64, and required queues a list', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const { broker } = readSettings({
      AMQP_URL: 'amqp://localhost',
      MESSAGE_SIGNING_KEY: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      MESSAGE_VERIFY_KEY: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      REQUIRED_QUEUES: 'paynotify_queue, audit,',
    })
    expect(broker).toMatchObject({ requiredQueues: ['paynotify_queue', 'audit'], queueType: 'quorum' })
  })

  it.each([
    ['15d', app],
    ['1m', app],
    ['1s', {}],
    ['1s', { ...app, ALIPAY_GATEWAY: 'http://127.0.0.1:8/gateway.do' }],
  ])('an order may stay unpaid for %s', (time, given) => expect(mistakesOf({ ...given, ORDER_TTL: time })).toEqual([]))
})
