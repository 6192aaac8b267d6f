import { z } from 'zod'
import { wireSchemas } from './wire-schemas.js'

export const healthSchema = z.object({ status: z.literal('ok') }).register(wireSchemas, { id: 'Health' })

export const readinessSchema = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    checks: z.record(z.string(), z.enum(['ok', 'failed'])).meta({ description: 'By name: store, broker' }),
  })
  .register(wireSchemas, { id: 'Readiness' })
