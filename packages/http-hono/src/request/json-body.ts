import { CheckoutError } from '@coursepay/core'
import type { Context } from 'hono'
import { TransportError } from '../problem/transport-error.js'
import { readBytes } from './read-bytes.js'

const JSON_TYPE = /^application\/json\s*(;|$)/i

/**
 * Reads the body as the text that `c.req.json()` parses. It is always UTF-8 (RFC 8259), whatever charset is named.
 * Errors: `unsupported_media_type`, `body_too_large`, `invalid_request`.
 */
export async function readJsonText(c: Context): Promise<void> {
  if (!JSON_TYPE.test(c.req.header('Content-Type') ?? '')) {
    throw new TransportError('unsupported_media_type', 'Send the body as application/json.')
  }
  const bytes = await readBytes(c)
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // Hono would decode the bytes itself, and take what is no UTF-8.
    Object.assign(c.req.bodyCache, { text: Promise.resolve(text) })
  } catch (cause) {
    throw new CheckoutError('invalid_request', 'The body is not UTF-8.', { cause })
  }
}
