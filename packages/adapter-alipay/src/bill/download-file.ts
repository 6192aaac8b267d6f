import { CheckoutError } from '@coursepay/core'
import { FetchFailure, fetchLimited, type LimitedResponse } from '@coursepay/core/ports'

export interface DownloadLimits {
  /** For the whole download, redirects included. Alipay's address lives 30 s. */
  readonly timeoutMs: number
  readonly maxBytes: number
}

const MAX_REDIRECTS = 3

/**
 * Downloads a file. Throws `gateway_unknown` for everything that is not a whole file within the limits; the message
 * holds no address, since it lets anybody download.
 */
export async function downloadFile(address: string, limits: DownloadLimits): Promise<Uint8Array> {
  try {
    const { status, bytes } = await followRedirects(parseUrlForcingHttpsForAlipay(address), limits)
    if (status !== 200) throw downloadError(`HTTP status ${status}.`)
    return bytes
  } catch (error) {
    throw error instanceof FetchFailure ? downloadError(error.message) : error
  }
}

const downloadError = (reason: string) =>
  new CheckoutError('gateway_unknown', `The bill could not be downloaded: ${reason} Retry later.`)

/** A bill is not signed as a whole: what Alipay's own hosts have is read over TLS, even where the address says http. */
function parseUrlForcingHttpsForAlipay(address: string, base?: URL): URL {
  const url = URL.parse(address, base?.href)
  if (url === null || !/^https?:$/.test(url.protocol))
    throw downloadError('its address begins with neither http nor https.')
  if (/(^|\.)alipay\.com$/.test(url.hostname)) url.protocol = 'https:'
  return url
}

async function followRedirects(start: URL, { timeoutMs, maxBytes }: DownloadLimits): Promise<LimitedResponse> {
  const deadlineMs = performance.now() + timeoutMs
  let url = start
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const remainingMs = Math.max(1, Math.ceil(deadlineMs - performance.now()))
    const response = await fetchLimited(url.href, { timeoutMs: remainingMs, maxBytes })
    const location = response.header('location')
    if (response.status < 300 || response.status > 399 || location === null) return response
    const redirectUrl = parseUrlForcingHttpsForAlipay(location, url)
    if (url.protocol === 'https:' && redirectUrl.protocol === 'http:')
      throw downloadError('it was redirected from https to http.')
    url = redirectUrl
  }
  throw downloadError('it was redirected too often.')
}
