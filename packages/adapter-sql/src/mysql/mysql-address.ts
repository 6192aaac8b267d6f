import { CheckoutError } from '@coursepay/core'

/** A MySQL or MariaDB database, as its address names it. */
export interface MysqlAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly options: MysqlAddressOptions
  /** The certificate authorities of a host's settings; an address names none. */
  readonly ca?: string | string[] | Buffer | Buffer[]
}

/** From the address's query, such as `?pool=20&tls=on`. */
export interface MysqlAddressOptions {
  readonly pool: number
  /** The most calls that wait for a connection; further ones fail at once. */
  readonly queue: number
  /** How long the server may take to accept a connection. */
  readonly connectTimeoutMs: number
  /** How long a statement may take; then its connection is closed. */
  readonly answerTimeoutMs: number
  /**
   * `on`: encrypted, and the server's certificate must be for the host. Default: on, but off where the host is this
   * machine.
   */
  readonly tls: 'on' | 'off'
}

const defaultOptions = { pool: 10, queue: 1_000, connectTimeoutMs: 3_000, answerTimeoutMs: 10_000 }
type NumericOptionName = keyof typeof defaultOptions

const ADDRESS_FORM = 'mysql://user:password@host:3306/database'

/** Throws `invalid_request`, with a sentence that shows nothing of the address but the names of its options. */
export function readMysqlAddress(address: string): MysqlAddress {
  const url = parseUrl(address)
  const database = decodePart(url.pathname.slice(1))
  if (url.hostname === '' || database === '' || database.includes('/'))
    throw invalidAddressError(`must have the form ${ADDRESS_FORM}`)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    port: url.port === '' ? 3_306 : Number(url.port),
    user: decodePart(url.username),
    password: decodePart(url.password),
    database,
    options: readOptions(url.searchParams, isLoopback(host)),
  }
}

function parseUrl(address: string): URL {
  const url = URL.parse(address)
  if (url === null || url.hash !== '')
    throw invalidAddressError(`must have the form ${ADDRESS_FORM}; write special letters as in a URL (%23 for #)`)
  return url
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalidAddressError('must have special letters as in a URL (%25 for %)')
  }
}

/** True for an address of this machine: no network lies between. */
export const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i.test(host)

function readOptions(given: URLSearchParams, isLocal: boolean): MysqlAddressOptions {
  const options: Record<string, number> = { ...defaultOptions }
  let tls: MysqlAddressOptions['tls'] = isLocal ? 'off' : 'on'
  for (const [name, value] of given) {
    if (name === 'tls' && (value === 'on' || value === 'off')) tls = value
    else if (Object.hasOwn(defaultOptions, name) && /^[1-9]\d{0,5}$/.test(value)) options[name] = Number(value)
    else
      throw invalidAddressError(
        `must have no other options than ${Object.keys(defaultOptions).join(', ')} (each a number) and tls (on or off)`,
      )
  }
  return { ...(options as Record<NumericOptionName, number>), tls }
}

const invalidAddressError = (sentence: string) => new CheckoutError('invalid_request', `A MySQL address ${sentence}.`)
