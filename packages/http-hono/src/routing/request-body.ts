import { CheckoutError } from '@coursepay/core'
import type { Context } from 'hono'
import { TransportError } from '../problem/problem.js'

/** Largest body that is read: no order and no notification of Alipay comes near it. */
export const MAX_BODY_BYTES = 64 * 1024

/**
 * The body byte for byte. Never more than `MAX_BODY_BYTES` bytes are taken in, whatever the sender says of its length.
 * Errors: `body_too_large`.
 */
export async function readBytes(c: Context): Promise<Uint8Array> {
  const declared = c.req.header('Content-Length')
  if (declared === undefined) return readStream(c.req.raw.body)
  if (Number(declared) > MAX_BODY_BYTES) throw bodyTooLargeError()
  const bytes = new Uint8Array(await c.req.arrayBuffer())
  if (bytes.byteLength > MAX_BODY_BYTES) throw bodyTooLargeError()
  return bytes
}

/** A chunked body tells its length only by its end. */
async function readStream(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_BODY_BYTES)
  let size = 0
  for await (const chunk of body ?? []) {
    if (size + chunk.byteLength > MAX_BODY_BYTES) throw bodyTooLargeError()
    bytes.set(chunk, size)
    size += chunk.byteLength
  }
  return bytes.slice(0, size)
}

const bodyTooLargeError = () =>
  new CheckoutError('body_too_large', `The body is too large: it must have ${MAX_BODY_BYTES} bytes or fewer.`)

const JSON_TYPE_PATTERN = /^application\/json(?:;\s*[a-z\d-]+=[^;]+)*$/i

/**
 * Reads the body as JSON. It is always UTF-8 (RFC 8259), whatever charset is named. Errors: `unsupported_media_type`,
 * `body_too_large`, `invalid_request`.
 */
export async function readJson(c: Context): Promise<unknown> {
  if (!JSON_TYPE_PATTERN.test(c.req.header('Content-Type') ?? '')) {
    throw new TransportError('unsupported_media_type', 'Send the body as application/json.')
  }
  const text = decodeUtf8(await readBytes(c))
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CheckoutError('invalid_request', 'Malformed JSON in request body', { cause })
  }
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true })

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8Decoder.decode(bytes)
  } catch (cause) {
    throw new CheckoutError('invalid_request', 'The body must be UTF-8.', { cause })
  }
}
