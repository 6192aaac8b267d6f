import { CheckoutError } from '@coursepay/core'
import type { Context } from 'hono'
import { TransportError } from '../problem/transport-error.js'
import { readBytes } from './read-bytes.js'

const JSON_TYPE = /^application\/json\s*(;|$)/i

/**
 * The body as JSON. Errors: `unsupported_media_type`, `body_too_large`, `invalid_request`. It is always UTF-8 (RFC 8259), whatever
 * charset is named.
 */
export async function readJson(c: Context): Promise<unknown> {
  if (!JSON_TYPE.test(c.req.header('Content-Type') ?? '')) {
    throw new TransportError('unsupported_media_type', 'Send the body as application/json.')
  }
  const bytes = await readBytes(c)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new CheckoutError('invalid_request', 'The body is not JSON in UTF-8.', { cause })
  }
}
