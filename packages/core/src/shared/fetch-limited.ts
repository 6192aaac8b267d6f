/** What is used of the web standard: core is compiled without any runtime's types. */
declare const AbortSignal: { timeout(ms: number): { readonly aborted: boolean } }
declare const TextDecoder: { new (label: string, options: { fatal: boolean }): { decode(bytes: Uint8Array): string } }
declare const URL: { parse(address: string): { readonly protocol: string; readonly hostname: string } | null }
declare const fetch: Fetcher['fetch']

interface WebRequest {
  method?: string | undefined
  headers?: object | undefined
  body?: unknown
  redirect?: string | undefined
  signal?: object | null | undefined
}

interface WebResponse {
  readonly status: number
  readonly ok: boolean
  readonly headers: { get(name: string): string | null }
  readonly body: { getReader(): WebReader } | null
}

interface WebReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>
  cancel(): Promise<void>
}

export interface Fetcher {
  /** The runtime's own, when absent. A method, so that every runtime's `fetch` fits. */
  fetch(address: string, request?: WebRequest): Promise<WebResponse>
}

export interface LimitedRequest extends Partial<Fetcher> {
  /** For the whole answer, until its last byte. */
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly method?: 'GET' | 'POST' | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | Uint8Array | undefined
  /** Allows an `http:` address off this machine: in a private network whose operator says so. */
  readonly allowHttp?: boolean | undefined
}

/** A whole answer within its limits. A redirect is an answer with its own status: nothing is followed. */
export interface LimitedResponse {
  readonly status: number
  /** Status 200 to 299. */
  readonly ok: boolean
  readonly bytes: Uint8Array
  header(name: string): string | null
  /** The bytes as UTF-8. Throws when they are not. */
  text(): string
}

export type FetchFailureReason = 'insecure_address' | 'timeout' | 'too_large' | 'connection'

/**
 * No whole answer within the limits. The message holds no address, since an address may be all that is needed to fetch
 * it.
 */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure'
  readonly reason: FetchFailureReason

  constructor(reason: FetchFailureReason, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.reason = reason
  }
}

/** Whether nobody on the way can read or change what is fetched: `https:`, or `http:` to this machine. */
export function isSecureAddress(address: string): boolean {
  const { protocol, hostname } = URL.parse(address) ?? { protocol: '', hostname: '' }
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOST_PATTERN.test(hostname))
}

const LOOPBACK_HOST_PATTERN = /^(?:(?:[a-z\d.-]+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * The one way to read from another server: at most so many bytes, within a time limit, without redirects, and over
 * `https:` off this machine. Throws `FetchFailure`.
 */
export async function fetchLimited(address: string, request: LimitedRequest): Promise<LimitedResponse> {
  if (!request.allowHttp && !isSecureAddress(address)) {
    throw new FetchFailure('insecure_address', 'An address off this machine must begin with https://.')
  }
  const { method = 'GET', headers = {}, body, timeoutMs, maxBytes } = request
  const signal = AbortSignal.timeout(timeoutMs)
  const webRequest = { method, headers, redirect: 'manual', signal, ...(body === undefined ? {} : { body }) }
  try {
    const response = await (request.fetch ?? fetch)(address, webRequest)
    const bytes = await readBody(response, maxBytes)
    return {
      status: response.status,
      ok: response.ok,
      bytes,
      header: (name) => response.headers.get(name),
      text: () => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
    }
  } catch (cause) {
    if (cause instanceof FetchFailure) throw cause
    if (signal.aborted) throw new FetchFailure('timeout', `No whole answer arrived within ${timeoutMs} ms.`, { cause })
    throw new FetchFailure('connection', 'The connection failed.', { cause })
  }
}

async function readBody({ headers, body }: WebResponse, maxBytes: number): Promise<Uint8Array> {
  const reader = body?.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  let isOver = Number(headers.get('Content-Length')) > maxBytes
  while (reader !== undefined && !isOver) {
    const { done, value } = await reader.read()
    if (done || value === undefined) return joinChunks(chunks, size)
    chunks.push(value)
    size += value.byteLength
    isOver = size > maxBytes
  }
  if (!isOver) return new Uint8Array(0)
  await reader?.cancel()
  throw new FetchFailure('too_large', `The answer is larger than ${maxBytes} bytes.`)
}

function joinChunks(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}
