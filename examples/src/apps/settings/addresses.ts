import { isIP } from 'node:net'
import { isSecureAddress } from '@coursepay/core/ports'

/** An address without a slash at its end. Null when nothing is set. */
export function readBaseUrl(text: string | undefined): string | null {
  if (text === undefined) return null
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new Error('must be an address such as https://shop.example.com, without a query')
  }
  let address = url.href
  while (address.endsWith('/')) address = address.slice(0, -1)
  return address
}

/** Where one of our services asks another. */
export interface ServiceAddress {
  readonly baseUrl: string
  /** The address said `?tls=off`: a private network. */
  readonly allowHttp: boolean
}

/** Over `https:` off this machine, unless the address ends with `?tls=off`. */
export function readServiceAddress(text = ''): ServiceAddress {
  const [address = '', query] = text.split('?', 2)
  const baseUrl = readBaseUrl(query === 'tls=off' ? address : text) ?? ''
  const allowHttp = query === 'tls=off'
  if (allowHttp || isSecureAddress(baseUrl)) return { baseUrl, allowHttp }
  throw new Error(
    'must begin with https:// off this machine; in a private network add ?tls=off at its end to allow http',
  )
}

/** What says whether strangers can reach a process. */
export interface Exposure {
  readonly host: string
  /** Null: `http://localhost:` and the port that is listened on. */
  readonly publicBaseUrl: string | null
  /** `NODE_ENV=production`. */
  readonly production: boolean
}

/**
 * A host name or address that never leaves this machine. A name that only looks like one (`127.0.0.1.example.com`) is
 * none.
 */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '')
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'))
}

/** The setting by which strangers may reach the process; null when it serves this machine alone. */
export function exposingSetting({ host, publicBaseUrl, production }: Exposure): string | null {
  if (production) return 'NODE_ENV is production'
  if (!isLoopback(host)) return 'HOST is off loopback'
  if (publicBaseUrl === null) return null
  const { protocol, hostname } = new URL(publicBaseUrl)
  if (protocol === 'https:') return 'PUBLIC_BASE_URL is an https address'
  return isLoopback(hostname) ? null : 'PUBLIC_BASE_URL is off loopback'
}
