import type { PaymentReference } from '@coursepay/core/ports'
import type { Context } from 'hono'
import type { Caller } from '../authentication/authenticate.js'

/**
 * What the middleware leaves for a handler. `caller` is there unless anyone may call. A handler leaves as `reference`
 * which order and payment the request concerns, for the log.
 */
export interface Env {
  Variables: { caller: Caller; fail: Fail; reference: PaymentReference | undefined }
}

export type Fail = (error: unknown, c: Context) => Promise<Response> | Response
