import { CheckoutError } from '@coursepay/core'
import type { Context } from 'hono'
import { z } from 'zod'
import { idSchema } from '../wire/values.js'

const LARGEST_PAGE = 1_000_000
const LARGEST_SIZE = 100

const count = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, `A whole number from 1 to ${most}`)
    .transform(Number)
    .refine((value) => value <= most, `A whole number from 1 to ${most}`)

export const pageQuerySchema = z.object({
  page: count(LARGEST_PAGE).prefault('1'),
  size: count(LARGEST_SIZE).prefault('10'),
})

export const lookQuerySchema = z.object({
  look: count(LARGEST_PAGE)
    .catch(1)
    .prefault('1')
    .meta({ description: 'How often this browser has looked; it counts by itself' }),
})

export const payCodeQuerySchema = z.object({ qrcode: z.enum(['svg', 'png']).default('svg') })

// Core itself reads these, and says what is wrong with them: here they are described only.
export const payNoQuerySchema = z.object({ payNo: idSchema })
export const requestPayQuerySchema = payNoQuerySchema.extend({
  token: z.string().optional().meta({ description: 'The secret of the QR, instead of a bearer token' }),
})
export const priceQuerySchema = z.object({ userId: z.string().meta({ description: 'The buyer' }) })

/** Reads the query string by a schema. Throws `invalid_request`. */
export function readQuery<Query>(c: Context, schema: z.ZodType<Query>): Query {
  const { success, data, error } = schema.safeParse(c.req.query())
  if (success) return data
  const what = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}.`)
  throw new CheckoutError('invalid_request', what.join(' '))
}
