import { isIP } from 'node:net'

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
export function exposedBy({ host, publicBaseUrl, production }: Exposure): string | null {
  if (production) return 'NODE_ENV is production'
  if (!isLoopback(host)) return 'HOST is off loopback'
  if (publicBaseUrl === null) return null
  const { protocol, hostname } = new URL(publicBaseUrl)
  if (protocol === 'https:') return 'PUBLIC_BASE_URL is an https address'
  return isLoopback(hostname) ? null : 'PUBLIC_BASE_URL is off loopback'
}
