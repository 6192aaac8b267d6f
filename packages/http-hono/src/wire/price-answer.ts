import { z } from 'zod'
import { moneySchema, textSchema } from './values.js'
import { wireSchemas } from './wire-schemas.js'

export const priceSchema = z
  .object({ price: moneySchema, orderName: textSchema.nullable(), orderDetail: textSchema.nullable() })
  .register(wireSchemas, { id: 'Price' })
