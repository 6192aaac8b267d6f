import type { OrderId, PayNo } from '@coursepay/core'
import { isSnowflake, type PaymentIds, paymentIdsInError } from '@coursepay/core/ports'
import type { Context } from 'hono'
import type { Caller } from '../authentication/authenticate.js'

/**
 * What the middleware leaves for a handler. `caller` is there unless anyone may call. A handler leaves as `reference`
 * which order and payment the request concerns, for the log.
 */
export interface Env {
  Variables: { caller: Caller; reference: PaymentIds | undefined }
}

export type AnswerFailure = (error: unknown, c: Context) => Promise<Response> | Response

/** Which order and payment a request concerns: by its handler, its address, or its failure. */
export function paymentReferenceOfRequest(c: Context<Env>, failure: unknown): PaymentIds {
  const noted: PaymentIds = c.get('reference') ?? {}
  const failed = paymentIdsInError(failure)
  return {
    orderId: noted.orderId ?? snowflakeOrUndefined<OrderId>(c.req.param('orderId')) ?? failed.orderId,
    payNo: noted.payNo ?? snowflakeOrUndefined<PayNo>(c.req.param('payNo') ?? c.req.query('payNo')) ?? failed.payNo,
  }
}

/** What a stranger wrote into an address is logged only when it looks like a number of ours. */
const snowflakeOrUndefined = <Id extends string>(text: string | undefined): Id | undefined =>
  text !== undefined && isSnowflake(text) ? (text as Id) : undefined
