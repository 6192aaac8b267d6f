import { z } from '@hono/zod-openapi'
import { moneySchema } from './values.js'

export const priceSchema = z.object({ price: moneySchema }).openapi('Price')
