import { isSecureAddress } from '@coursepay/core/ports'
import { expect, it } from 'vitest'
import {
  createRandom,
  damagedInputs,
  expectFast,
  FUZZ_TIMEOUT_MS,
  INPUTS,
  mutate,
  pick,
  repeated,
  requireTrue,
} from '../../tools/fuzz/fuzz.js'
import { isLoopback } from '../src/apps/settings/addresses.js'
import { demoCourses, parseCourses } from '../src/apps/settings/read-courses.js'
import { readSettings } from '../src/apps/settings/read-settings.js'
import type { Settings } from '../src/apps/settings/settings.js'
import { SettingsError } from '../src/apps/settings/settings-error.js'

/** None may stand in a refusal. */
const SECRETS = {
  users: 'secret-of-user-tokens-0123456789',
  seller: 'key-of-the-seller-of-60202-alone',
  database: 'word-of-the-database',
  broker: 'word-of-the-broker',
}

const GOOD = {
  NODE_ENV: 'test',
  PORT: '3000',
  HOST: '127.0.0.1',
  PUBLIC_BASE_URL: 'http://localhost:3000',
  DATABASE_URL: `mysql://user:${SECRETS.database}@10.0.0.2:3306/shop?tls=off`,
  AMQP_URL: `amqp://user:${SECRETS.broker}@127.0.0.1:5672/shop`,
  AMQP_EXCHANGE: 'exchange',
  AMQP_QUEUE: 'queue',
  AMQP_QUEUE_TYPE: 'quorum',
  MESSAGE_PROOF: 'optional',
  REQUIRED_QUEUES: 'one,two',
  JWT_SECRET: SECRETS.users,
  JWT_ISSUER: 'https://school.test',
  JWT_AUDIENCE: 'shop',
  PRICE_SOURCE_60202: 'http://materials:3002?tls=off',
  PRICE_KEY_60202: SECRETS.seller,
  ORDERS_URL: 'https://orders.test',
  ORDER_TTL: '30m',
  PAYMENT_LATE_POLICY: 'hold',
  WRITE_RATE: '20',
  WRITE_BURST: '200',
  PAGES: 'off',
  LOGIN_URL: 'https://school.test/login',
  ALIPAY_SANDBOX: 'on',
}

const PIECES = [
  ...' \n\0:/@?&=#%.,-+0129aAé课٣\ufeff',
  '\ud800',
  'on',
  'production',
  '0.0.0.0',
  '[::1]',
  'https://',
  'tls=off',
  'amq.',
  'price:',
  '1e3',
  'ms',
  'd',
]

/** Up to three settings are changed, misspelt or taken away. */
function* environments() {
  const random = createRandom(27)
  const changed = (text: string) =>
    random(500) === 0 ? repeated(random, PIECES, 20_000) : mutate(random, text, PIECES)
  for (let count = 0; count < INPUTS; count += 1) {
    const environment: Record<string, string> = { ...GOOD }
    for (let damages = 1 + random(3); damages > 0; damages -= 1) {
      const [name, text] = pick(random, Object.entries(GOOD))
      delete environment[name]
      const isMisspelt = random(5) === 0
      if (random(8) > 0)
        environment[isMisspelt ? mutate(random, name, [...'_Ya2']) : name] = isMisspelt ? text : changed(text)
    }
    yield environment
  }
}

function holdUsable(settings: Settings, environment: Record<string, string>): void {
  const { host, port, publicBaseUrl, production, alipay, tokens, broker, priceSources, orderTimeToLiveMs } = settings
  requireTrue(Number.isInteger(port) && port >= 0 && port <= 65_535)
  requireTrue(tokens !== null && 'secret' in tokens && Buffer.byteLength(tokens.secret) >= 32)
  requireTrue(!/^(price|orders):/.test(tokens?.audience ?? ''))
  const isHidden =
    !production &&
    isLoopback(host) &&
    /^http:\/\/(localhost|127\.[\d.]+|\[::1\])[:/]?/.test(publicBaseUrl ?? 'http://localhost')
  requireTrue(alipay === null && (isHidden || environment.ALIPAY_SANDBOX?.trim() === 'on'))
  const names = [broker?.exchange, broker?.queue, ...(broker?.requiredQueues ?? [])]
  requireTrue(names.every((name = '') => Buffer.byteLength(name) <= 255 && !name.startsWith('amq.')))
  requireTrue(
    Object.values(priceSources).every(
      ({ baseUrl, allowHttp, key }) => (allowHttp || isSecureAddress(baseUrl)) && Buffer.byteLength(key) >= 32,
    ),
  )
  requireTrue(orderTimeToLiveMs > 0 && orderTimeToLiveMs <= 15 * 86_400_000)
}

it(
  'under fuzzing, settings are usable, or each mistake names its variable and no secret',
  async () => {
    let accepted = 0
    await expectFast(environments(), (environment) => {
      try {
        const settings = readSettings(environment, { tokens: 'needed' })
        accepted += 1
        holdUsable(settings, environment)
      } catch (error) {
        if (!(error instanceof SettingsError)) throw error
        requireTrue(error.mistakes.every((mistake) => /^[A-Za-z_][\w*]+(?: or JWKS_URL)?: ./.test(mistake)))
        requireTrue(!Object.values(SECRETS).some((secret) => error.message.includes(secret)))
      }
    })
    expect(accepted).toBeGreaterThan(INPUTS / 20)
  },
  FUZZ_TIMEOUT_MS,
)

it(
  'under fuzzing, a file of courses is read as it is meant, or each mistake has its line',
  async () => {
    const good = [
      JSON.stringify(demoCourses),
      JSON.stringify(demoCourses, null, 2),
      '[{"courseId":"1","courseName":"Git","price":99.5,"validDays":365}]',
    ]
    const pieces = [
      ...'"{}[]:,\\0189.eE-+ \n张',
      '\ud800',
      '\ufeff',
      '//',
      '"price":',
      '"1"',
      'null',
      '1e3',
      good[2] ?? '',
    ]
    let accepted = 0
    await expectFast(damagedInputs(28, good, { pieces, maxLength: 100_000 }), (text) => {
      try {
        const courses = parseCourses(text)
        accepted += 1
        requireTrue(
          courses.every(({ price, validDays }) => Number.isSafeInteger(price) && price >= 0 && validDays >= 1),
        )
        requireTrue(new Set(courses.map(({ courseId }) => courseId)).size === courses.length)
      } catch (error) {
        requireTrue(error instanceof Error && error.constructor === Error && /^line \d+: /.test(error.message))
      }
    })
    expect(accepted).toBeGreaterThan(INPUTS / 50)
  },
  FUZZ_TIMEOUT_MS,
)
