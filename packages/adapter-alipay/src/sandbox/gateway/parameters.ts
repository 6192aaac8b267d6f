import type { IncomingMessage } from 'node:http'

/** A request's parameters, decoded; from the address and the body together. */
export interface GatewayParameters {
  readonly values: Readonly<Record<string, string>>
  /** A name that came more than once. */
  readonly repeated?: string
  /** Names that stood in the address. */
  readonly inAddress: ReadonlySet<string>
  readonly rawBody: string
}

const BODY_LIMIT_BYTES = 1024 * 1024

/** The body as text. Throws `RangeError` beyond 1 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_LIMIT_BYTES) throw new RangeError('request body is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function parseParameters(query: URLSearchParams, rawBody: string): GatewayParameters {
  const values: Record<string, string> = Object.create(null)
  let repeated: string | undefined
  for (const [name, value] of [...query, ...new URLSearchParams(rawBody)]) {
    if (name in values) repeated ??= name
    values[name] = value
  }
  const inAddress = new Set(query.keys())
  return repeated === undefined ? { values, inAddress, rawBody } : { values, repeated, inAddress, rawBody }
}
