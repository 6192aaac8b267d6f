import { z } from 'zod'
import { moneySchema } from './values.js'
import { wireSchemas } from './wire-schemas.js'

export const priceSchema = z.object({ price: moneySchema }).register(wireSchemas, { id: 'Price' })
