import { z } from '@hono/zod-openapi'
import { moneySchema, textSchema } from './values.js'

export const priceSchema = z
  .object({ price: moneySchema, orderName: textSchema.nullable(), orderDetail: textSchema.nullable() })
  .openapi('Price')
