import { isIP } from 'node:net'
import type { AlipaySettings } from '@coursepay/adapter-alipay'
import { checkDatabaseAddress } from '@coursepay/adapter-sql'
import { readLatePaymentPolicy } from '@coursepay/core'
import { isSecureAddress } from '@coursepay/core/ports'
import { isLoopback, readBaseUrl, readServiceAddress, type ServiceAddress } from './addresses.js'
import { cleanEnvironment, type EnvironmentVariables, type ReadSetting } from './environment.js'
import { readAlipaySettings } from './read-alipay-settings.js'
import { readBroker } from './read-broker.js'
import { readCourses } from './read-courses.js'
import { readPriceSettings } from './read-price-settings.js'
import { readTokens } from './read-tokens.js'
import type { Settings } from './settings.js'
import { SettingsError } from './settings-error.js'

/** What a program of ours takes when the environment says nothing; the contract's defaults are the server's. */
export type ProgramDefaults = Partial<Record<'PORT' | 'DATABASE_URL' | 'AMQP_QUEUE' | 'ALIPAY_SANDBOX', string>>

/** What a program is: its defaults, and what it reads. */
export interface ProgramSettings {
  readonly defaults?: ProgramDefaults
  /** Whether it may be left open how callers prove who they are. */
  readonly tokens?: 'needed' | 'optional'
  /** `none`: it never talks to Alipay, so it reads no `ALIPAY_` setting. */
  readonly gateway?: 'needed' | 'none'
  /** The order type that it sells under, for an order service in another process. */
  readonly sells?: string
}

/**
 * Reads the environment (the table in the contract). An empty value counts as unset. Every mistake is found before any
 * is told: throws one `SettingsError` with all of them.
 */
export function readSettings(given: EnvironmentVariables, program: ProgramSettings = {}): Settings {
  const { defaults = {}, tokens = 'optional', gateway = 'needed', sells } = program
  const { environment, warnings } = cleanEnvironment(given)
  const mistakes: string[] = []
  const read: ReadSetting = (name, parse) => {
    try {
      const text = environment[name] || undefined
      if (text !== undefined && CONTROL_CHARACTER.test(text) && !MULTI_LINE_SETTING.test(name))
        throw new Error('contains a control character: remove it')
      return parse(text)
    } catch (error) {
      mistakes.push(`${name}: ${error instanceof Error ? error.message : 'cannot be read'}`)
      return undefined
    }
  }
  const exposure = {
    host: read('HOST', (text = '127.0.0.1') => readHost(text)) ?? '127.0.0.1',
    publicBaseUrl: read('PUBLIC_BASE_URL', readBaseUrl) ?? null,
    production: environment.NODE_ENV === 'production',
  }
  const alipay =
    gateway === 'none' ? null : readAlipaySettings(environment, exposure, mistakes, defaults.ALIPAY_SANDBOX)
  const settings = {
    ...exposure,
    warnings,
    port: read('PORT', (text = defaults.PORT ?? '3000') => readPort(text)),
    databaseUrl: read('DATABASE_URL', (text = defaults.DATABASE_URL ?? 'sqlite:./data/coursepay.db') => {
      checkDatabaseAddress(text)
      return text
    }),
    broker: readBroker(read, defaults.AMQP_QUEUE),
    alipay,
    tokens: readTokens(environment, read, tokens === 'needed'),
    ...readPriceSettings(environment, read),
    orders: read('ORDERS_URL', (text) => readOrdersUrl(text, environment, sells)),
    courses: read('COURSES_FILE', readCourses),
    orderTimeToLiveMs: read('ORDER_TTL', (text = '30m') => readOrderTimeToLive(text, alipay)),
    latePolicy: read('PAYMENT_LATE_POLICY', (text = 'refund') => readLatePaymentPolicy(text)),
    writes: {
      perSecond: read('WRITE_RATE', (text = '20') => readCount(text)),
      burst: read('WRITE_BURST', (text = '200') => readCount(text)),
    },
    pages: read('PAGES', (text = 'on') => readSwitch(text)),
    loginUrl: read('LOGIN_URL', readLoginUrl) ?? null,
  }
  if (mistakes.length > 0) throw new SettingsError(mistakes)
  return settings as Settings
}

const CONTROL_CHARACTER = /\p{Control}/u
/** A key may be PEM text. */
const MULTI_LINE_SETTING = /^MESSAGE_(SIGNING|VERIFY)_KEY$/

/** Letters of a name in the DNS. */
const MAX_HOST_LETTERS = 253

function readHost(text: string): string {
  if (isIP(text) !== 0 || (text.length <= MAX_HOST_LETTERS && /^[a-z\d](?:[a-z\d.-]*[a-z\d])?$/i.test(text)))
    return text
  throw new Error('must be an address of this machine, such as 127.0.0.1 or 0.0.0.0, without a port')
}

function readOrdersUrl(text: string | undefined, environment: EnvironmentVariables, sells = ''): ServiceAddress | null {
  if (text === undefined) return null
  if (sells !== '' && !environment[`PRICE_KEY_${sells}`])
    throw new Error(`is set, and PRICE_KEY_${sells} is missing, which signs the requests: set it`)
  return readServiceAddress(text)
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error('must be a whole number from 1 to 999999')
  return Number(text)
}

function readSwitch(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new Error('must be on or off')
  return text === 'on'
}

function readLoginUrl(text: string | undefined): string | undefined {
  if (text === undefined || isSecureAddress(text)) return text
  throw new Error('must begin with https:// off this machine')
}

function readPort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Error('must be a port from 0 to 65535')
  return port
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const MIN_TIME_TO_LIVE_MS = 60_000
const MAX_TIME_TO_LIVE_MS = 15 * 86_400_000

/**
 * How long an order may stay unpaid. Alipay takes one minute to fifteen days; a gateway on this machine is for
 * rehearsals.
 */
function readOrderTimeToLive(text: string, alipay: AlipaySettings | null): number {
  const [, count, unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? []
  const duration = Number(count) * (UNIT_MS[unit] ?? Number.NaN)
  if (!(duration > 0)) throw new Error('must be a time such as 30m, 90s or 2h')
  if (duration > MAX_TIME_TO_LIVE_MS) throw new Error('must be 15d or less: Alipay keeps no payment open for longer')
  if (duration < MIN_TIME_TO_LIVE_MS && !isLocalGateway(alipay))
    throw new Error('must be 1m or more: Alipay accepts nothing shorter')
  return duration
}

const isLocalGateway = (alipay: AlipaySettings | null): boolean =>
  alipay === null || isLoopback(URL.parse(alipay.gateway ?? '')?.hostname ?? '')
