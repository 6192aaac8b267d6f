import { CheckoutError } from '@coursepay/core'
import type { Context } from 'hono'
import { z } from 'zod'

const LARGEST_PAGE = 1_000_000
const LARGEST_SIZE = 100

const count = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, `A whole number from 1 to ${most}`)
    .transform(Number)
    .refine((value) => value <= most, `A whole number from 1 to ${most}`)

export const pageQuerySchema = z.object({
  page: count(LARGEST_PAGE).default(1),
  size: count(LARGEST_SIZE).default(10),
})

export const payCodeQuerySchema = z.object({ qrcode: z.enum(['svg', 'png']).default('svg') })

/** Reads the query string by a schema. Throws `invalid_request`. */
export function readQuery<Query>(c: Context, schema: z.ZodType<Query>): Query {
  const { success, data, error } = schema.safeParse(c.req.query())
  if (success) return data
  const what = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}.`)
  throw new CheckoutError('invalid_request', what.join(' '))
}
