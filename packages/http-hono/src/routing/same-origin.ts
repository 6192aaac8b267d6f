import { TransportError } from '../problem/transport-error.js'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** What `Sec-Fetch-Site` says of a page that is not ours. */
const FOREIGN_SITES = new Set<string | null>(['cross-site', 'same-site'])

/**
 * Where a cookie may prove who is asking, a page of another site could send a request in its user's name. Every browser says on a request that writes
 * which page it comes from; a program that is no browser says nothing, and sends no cookie of somebody else. Throws `foreign_origin`.
 */
export function checkOrigin({ method, headers, url }: Request, publicBaseUrl: string): void {
  if (SAFE_METHODS.has(method) || headers.has('Authorization')) return
  const origin = headers.get('Origin')
  const isOurs = origin === null || origin === new URL(publicBaseUrl).origin || origin === new URL(url).origin
  if (isOurs && !FOREIGN_SITES.has(headers.get('Sec-Fetch-Site'))) return
  throw new TransportError('foreign_origin', 'A request with a cookie must come from a page of this site.')
}
