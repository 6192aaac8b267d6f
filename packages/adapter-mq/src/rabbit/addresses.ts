import { CheckoutError } from '@coursepay/core'

/** One node of the broker, and who logs in there. */
export interface BrokerAddress {
  /** `amqp:` or `amqps:`, without credentials and without what amqplib does not know. */
  readonly url: string
  readonly username: string
  readonly password: string
  readonly virtualHost: string
  /** True off loopback without TLS, which only the address itself can ask for. */
  readonly isExposed: boolean
}

/**
 * Reads one address, or several of one cluster with commas between them. Throws `invalid_request`; no address is
 * repeated in the sentence.
 */
export function readBrokerUrls(text: string): readonly URL[] {
  if (typeof text !== 'string') throw new CheckoutError('invalid_request', ADDRESS_ADVICE)
  // A comma may stand in a password too, so only what begins like an address is one.
  return text.split(/,\s*(?=amqps?:)/i).map((address) => {
    const url = /^amqps?:\/\/[^/]/i.test(address) ? URL.parse(address) : null
    // Behind a scheme that is misspelt, the next address would be part of the virtual host, with its password.
    const afterHost = url === null ? '' : `${url.pathname}${url.search}${url.hash}`
    if (url === null || url.hostname.includes(',') || afterHost.includes('@'))
      throw new CheckoutError('invalid_request', ADDRESS_ADVICE)
    return url
  })
}

const ADDRESS_ADVICE =
  'A broker address must begin with "amqp://" or "amqps://" and name a host. Put commas between several, each written out.'

/** Off loopback both forms of an address mean TLS, unless it says `?tls=off`. */
export function toBrokerAddress(url: URL, heartbeatSeconds: number): BrokerAddress {
  const tls = url.searchParams.get('tls')
  if (tls !== null && tls !== 'on' && tls !== 'off') {
    throw new CheckoutError('invalid_request', 'The option "tls" of a broker address must be "on" or "off".')
  }
  const target = new URL(url)
  const isLocal = isLoopback(url.hostname)
  const isPlaintext = tls === 'off' || (url.protocol === 'amqp:' && isLocal && tls === null)
  target.protocol = isPlaintext ? 'amqp:' : 'amqps:'
  target.username = target.password = ''
  target.searchParams.delete('tls')
  target.searchParams.set('heartbeat', String(heartbeatSeconds))
  const isAnonymous = url.username === '' && url.password === ''
  return {
    url: target.href,
    username: isAnonymous ? 'guest' : decodePercentIfValid(url.username),
    password: isAnonymous ? 'guest' : decodePercentIfValid(url.password),
    virtualHost: decodePercentIfValid(url.pathname.slice(1)) || '/',
    isExposed: isPlaintext && !isLocal,
  }
}

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(host)

/** amqplib's own parser takes UTF-8 for Latin-1. A percent sign that stands for itself stays. */
function decodePercentIfValid(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The same addresses in the same order, from a random one on, so that many processes spread over a cluster. */
export function rotateRandomly<Address>(addresses: readonly Address[], random: () => number): readonly Address[] {
  const startIndex = Math.floor(random() * addresses.length)
  return [...addresses.slice(startIndex), ...addresses.slice(0, startIndex)]
}

/**
 * Opens something at the first address that works. Each call begins behind the address that worked last, since that
 * node has just been lost. Rejects when none works, with every reason.
 */
export function createFailoverOpener<Address, Opened>(
  addresses: readonly Address[],
  open: (address: Address, signal: AbortSignal) => Promise<Opened>,
): (signal: AbortSignal) => Promise<Opened> {
  let nextIndex = 0
  return async (signal) => {
    const errors: unknown[] = []
    const candidates = [...addresses.slice(nextIndex), ...addresses.slice(0, nextIndex)]
    for (const address of candidates) {
      signal.throwIfAborted()
      nextIndex = (addresses.indexOf(address) + 1) % addresses.length
      try {
        return await open(address, signal)
      } catch (error) {
        errors.push(error)
      }
    }
    throw errors.length === 1 ? errors[0] : new AggregateError(errors)
  }
}
