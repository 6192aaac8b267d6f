import { TransportError } from '../problem/transport-error.js'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Where a cookie may prove who is asking, a page of another site could send a request in its user's name. A browser says which site it comes from: by
 * `Origin`, on each request that writes. Throws `foreign_origin`.
 */
export function checkOrigin(request: Request, publicBaseUrl: string): void {
  if (SAFE_METHODS.has(request.method)) return
  const { headers } = request
  const origin = headers.get('Origin')
  if (headers.has('Authorization') || !(headers.has('Cookie') || origin !== null)) return
  if (origin === new URL(publicBaseUrl).origin || origin === new URL(request.url).origin) return
  throw new TransportError('foreign_origin', 'A request with a cookie must come from a page of this site.')
}
