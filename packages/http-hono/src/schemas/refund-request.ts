import { type RefundRequest, readYuan } from '@coursepay/core'
import { z } from '@hono/zod-openapi'
import { reasonSchema } from './operator.js'
import { invalidRequestError } from './values.js'

/**
 * The body of a refund. Without `amount` all that is left goes back; without `outRequestNo` it is a new refund each
 * time.
 */
export const refundRequestSchema = z
  .object({
    amount: z.union([z.string(), z.number()]).nullish().meta({ description: 'Yuan; all that is left when absent' }),
    reason: reasonSchema,
    outRequestNo: z
      .string()
      .regex(/^[\w-]{1,64}$/, 'Letters, digits, _ and -, 64 at most')
      .nullish()
      .meta({ description: 'The same number never pays twice' }),
  })
  .openapi('RefundRequest')

/** Throws `invalid_request` or `invalid_amount`. */
export function parseRefundRequest(body: unknown): RefundRequest {
  const { success, data, error } = refundRequestSchema.safeParse(body)
  if (!success) throw invalidRequestError(error, 'body')
  return toRefundRequest(data)
}

/** Throws `invalid_amount`. */
export function toRefundRequest(data: z.output<typeof refundRequestSchema>): RefundRequest {
  const { amount = null, reason, outRequestNo = null } = data
  return { amount: amount === null ? null : readYuan(amount), reason, outRequestNo }
}
