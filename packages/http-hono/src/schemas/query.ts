import { payNo, userId } from '@coursepay/core'
import { z } from '@hono/zod-openapi'
import { idParamReadBy, opaqueParamReadBy, payTokenParam } from './values.js'

const MAX_PAGE_NUMBER = 1_000_000
const MAX_PAGE_SIZE = 100

export const countParamUpTo = (max: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,6}$/, `A whole number from 1 to ${max}`)
    .transform(Number)
    .refine((value) => value <= max, `A whole number from 1 to ${max}`)

export const pageQuerySchema = z.object({
  page: countParamUpTo(MAX_PAGE_NUMBER).prefault('1'),
  size: countParamUpTo(MAX_PAGE_SIZE).prefault('10'),
})

export const refreshCountQuerySchema = z.object({
  look: countParamUpTo(MAX_PAGE_NUMBER)
    .catch(1)
    .prefault('1')
    .openapi({ type: 'string', description: 'How often this browser has looked; the page counts' }),
})

export const payCodeQuerySchema = z.object({ qrcode: z.enum(['svg', 'png']).default('svg') })

export const payNoQuerySchema = z.object({ payNo: idParamReadBy(payNo) })
/** Which page of the gateway: for a phone or for a desktop browser. The device decides when it is absent. */
export const productQuerySchema = z.object({ product: z.enum(['wap', 'page']).optional() })

export const requestPayQuerySchema = payNoQuerySchema.extend({
  token: payTokenParam.optional(),
  ...productQuerySchema.shape,
})
export const priceBuyerQuerySchema = z.object({ userId: opaqueParamReadBy(userId) })
