import { PAYNOTIFY_EXCHANGE, PAYNOTIFY_QUEUE } from '@coursepay/adapter-mq'
import { checkDatabaseAddress } from '@coursepay/adapter-sql'
import { isSecureAddress, latePaymentPolicy } from '@coursepay/core'
import { readAlipaySettings } from './read-alipay-settings.js'
import { readBaseUrl } from './read-base-url.js'
import { readCourses } from './read-courses.js'
import { readMessageSettings } from './read-message-settings.js'
import { readPriceSettings } from './read-price-settings.js'
import type { BrokerSettings, Settings } from './settings.js'
import { SettingsError } from './settings-error.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** Reads one variable; what `parse` throws is put down as a mistake in it. */
export type Read = <Value>(name: string, parse: (text: string | undefined) => Value) => Value | undefined

/** What a program of ours takes when the environment says nothing; the contract's defaults are the server's. */
export type Defaults = Partial<Record<'PORT' | 'DATABASE_URL' | 'AMQP_QUEUE' | 'ALIPAY_SANDBOX', string>>

/** What a program is: its defaults, and what it reads. */
export interface Program {
  readonly defaults?: Defaults
  /** Whether it may be left open how callers prove who they are. */
  readonly tokens?: 'needed' | 'optional'
  /** `none`: it never talks to Alipay, so it reads no `ALIPAY_` setting. */
  readonly gateway?: 'needed' | 'none'
}

/**
 * Reads the environment (the table in the contract). An empty value counts as unset. Every mistake is found before any is told:
 * throws one `SettingsError` with all of them.
 */
export function readSettings(environment: Environment, program: Program = {}): Settings {
  const { defaults = {}, tokens = 'optional', gateway = 'needed' } = program
  const mistakes: string[] = []
  const read: Read = (name, parse) => {
    try {
      return parse(environment[name] === '' ? undefined : environment[name])
    } catch (error) {
      mistakes.push(`${name}: ${error instanceof Error ? error.message : 'cannot be read'}`)
      return undefined
    }
  }
  const surroundings = {
    host: environment.HOST || '127.0.0.1',
    publicBaseUrl: read('PUBLIC_BASE_URL', readBaseUrl) ?? null,
    production: environment.NODE_ENV === 'production',
  }
  const settings = {
    ...surroundings,
    port: read('PORT', (text = defaults.PORT ?? '3000') => readPort(text)),
    databaseUrl: read('DATABASE_URL', (text = defaults.DATABASE_URL ?? 'sqlite:./data/coursepay.db') => {
      checkDatabaseAddress(text)
      return text
    }),
    broker: readBroker({ ...defaults, ...environment }, read),
    alipay:
      gateway === 'none'
        ? null
        : read('ALIPAY_*', () => readAlipaySettings(environment, surroundings, defaults.ALIPAY_SANDBOX)),
    tokens: read('JWT_SECRET or JWKS_URL', () => readTokens(environment, tokens)),
    ...readPriceSettings(environment, read),
    courses: read('COURSES_FILE', readCourses),
    orderTimeToLiveMs: read('ORDER_TTL', (text = '30m') => readDuration(text)),
    latePolicy: read('PAYMENT_LATE_POLICY', (text = 'refund') => latePaymentPolicy(text)),
  }
  if (mistakes.length > 0) throw new SettingsError(mistakes)
  return settings as Settings
}

function readPort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Error('is a port from 0 to 65535')
  return port
}

function readBroker(environment: Environment, read: Read): BrokerSettings | null {
  const { AMQP_EXCHANGE: exchange, AMQP_QUEUE: queue } = environment
  const url = read('AMQP_URL', (text) => {
    if (text === undefined || /^amqps?:\/\/[^/]/.test(text)) return text
    throw new Error('is an address such as amqp://user:password@host:5672')
  })
  const queueType = read('AMQP_QUEUE_TYPE', (text = 'quorum') => {
    if (text === 'quorum' || text === 'plain') return text
    throw new Error('is quorum or plain')
  })
  const messages = readMessageSettings(environment, read)
  if (url === undefined || queueType === undefined) return null
  const names = { exchange: exchange || PAYNOTIFY_EXCHANGE, queue: queue || PAYNOTIFY_QUEUE }
  return { url, ...names, queueType, ...messages }
}

function readTokens(environment: Environment, tokens: 'needed' | 'optional') {
  const { JWT_SECRET: secret, JWKS_URL: jwksUrl } = environment
  const named = { issuer: environment.JWT_ISSUER || undefined, audience: environment.JWT_AUDIENCE || undefined }
  if (secret) return { secret, ...named }
  if (!jwksUrl && tokens === 'needed') throw new Error('set one, or nobody could tell who is asking')
  if (!jwksUrl) return null
  if (!isSecureAddress(jwksUrl)) throw new Error('JWKS_URL must begin with https:// off this machine')
  return { jwksUrl, ...named }
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function readDuration(text: string): number {
  const [, count, unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? []
  const duration = Number(count) * (UNIT_MS[unit] ?? Number.NaN)
  if (!(duration > 0)) throw new Error('is a time such as 30m, 90s or 2h')
  return duration
}
