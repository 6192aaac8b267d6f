export interface PostLimits {
  /** For the whole call, from the connection to the last byte. */
  readonly timeoutMs: number
  readonly maxBytes: number
}

export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Uint8Array }
  | { readonly kind: 'failed'; readonly reason: string }

/** Posts a form and reads the answer within the limits; a redirect is an answer. Never throws; the reason holds no address. */
export async function postForm(
  url: string,
  fields: Readonly<Record<string, string>>,
  { timeoutMs, maxBytes }: PostLimits,
): Promise<PostOutcome> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const body = new URLSearchParams(fields)
    const headers = { accept: 'application/json' }
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    const bytes = await readLimited(response, maxBytes)
    if (bytes === null) return { kind: 'failed', reason: `answer is larger than ${maxBytes} bytes` }
    return { kind: 'answered', status: response.status, body: bytes }
  } catch (error) {
    return {
      kind: 'failed',
      reason: signal.aborted ? `no answer within ${timeoutMs} ms` : `call failed ${codeOf(error)}`,
    }
  }
}

/** Null beyond the limit; leaving the loop ends the connection. */
async function readLimited({ body }: Response, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** `ECONNREFUSED` and the like; the message would name the host. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null
  if (typeof cause === 'object' && cause !== null && 'code' in cause) return String(cause.code)
  return error instanceof Error ? error.name : ''
}
