import { CheckoutError } from '@coursepay/core'

export interface DownloadLimits {
  /** For the whole download, redirects included. Alipay's address lives 30 s. */
  readonly deadlineMs: number
  readonly mostBytes: number
}

const MOST_REDIRECTS = 3

/**
 * Downloads a file. Throws `gateway_unknown` for everything that is not a whole file within the limits; the message holds no
 * address, since whoever has it may download too.
 */
export async function downloadFile(address: string, { deadlineMs, mostBytes }: DownloadLimits): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(deadlineMs)
  try {
    const response = await follow(readAddress(address), signal)
    if (response.status !== 200) throw failed(`HTTP status ${response.status}`)
    return await readBody(response, mostBytes)
  } catch (error) {
    if (CheckoutError.isInstance(error)) throw error
    throw failed(signal.aborted ? `no whole file within ${deadlineMs} ms` : `the connection failed${codeOf(error)}`)
  }
}

const failed = (reason: string) => new CheckoutError('gateway_unknown', `The bill could not be downloaded: ${reason}.`)

/** A bill is not signed as a whole, so what Alipay's own hosts have is read over TLS, even where the address says http. */
function readAddress(address: string, base?: URL): URL {
  const url = URL.parse(address, base?.href)
  if (url === null || !/^https?:$/.test(url.protocol)) throw failed('its address is not one of http or https')
  if (/(^|\.)alipay\.com$/.test(url.hostname)) url.protocol = 'https:'
  return url
}

async function follow(start: URL, signal: AbortSignal): Promise<Response> {
  let url = start
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await fetch(url, { redirect: 'manual', signal })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || location === null) return response
    await response.body?.cancel()
    const next = readAddress(location, url)
    if (url.protocol === 'https:' && next.protocol === 'http:') throw failed('it was redirected from https to http')
    url = next
  }
  throw failed('it was redirected too often')
}

async function readBody({ body }: Response, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > mostBytes) throw failed(`it is larger than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** `ECONNREFUSED` and the like; the message would name the host. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null
  return typeof cause === 'object' && cause !== null && 'code' in cause ? ` (${String(cause.code)})` : ''
}
