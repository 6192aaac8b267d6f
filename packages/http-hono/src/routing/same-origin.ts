import { TransportError } from '../problem/problem.js'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What `Sec-Fetch-Site` says of a page that is not ours. */
const FOREIGN_SITES = new Set<string | null>(['cross-site', 'same-site'])

/**
 * Stops cross-site request forgery where a cookie authenticates. A browser names the origin of every request that
 * writes. A program that is no browser names none, and holds no other user's cookie. Throws `foreign_origin`.
 */
export function assertSameOrigin(request: Request, publicBaseUrl: string): void {
  const { method, headers } = request
  if (SAFE_METHODS.has(method) || headers.has('Authorization')) return
  const { url } = request
  const origin = headers.get('Origin')
  const isSameOrigin = origin === null || origin === new URL(publicBaseUrl).origin || origin === new URL(url).origin
  if (isSameOrigin && !FOREIGN_SITES.has(headers.get('Sec-Fetch-Site'))) return
  throw new TransportError(
    'foreign_origin',
    'A request with a cookie must come from a page of this site. Use those pages, or send a token.',
  )
}

/**
 * A form of another site must not act for this visitor. `SameSite=Lax` keeps the cookie from other sites, and this from
 * other ports of this machine, which count as the same site.
 */
export function isOwnForm({ headers, url }: Request, publicBaseUrl: string): boolean {
  if (headers.get('Sec-Fetch-Site') === 'same-origin') return true
  const origin = headers.get('Origin')
  return origin !== null && [new URL(url).origin, new URL(publicBaseUrl).origin].includes(origin)
}
