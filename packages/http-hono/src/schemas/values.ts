import { CheckoutError, type EpochMs, type PayToken, payToken } from '@coursepay/core'
import { z } from '@hono/zod-openapi'

// The values of the contract as schemas. An answer's document a form; a request's read it, too, and throw core's own
// error.

export const idSchema = z
  .string()
  .regex(/^[1-9]\d{0,18}$/)
  .meta({ description: 'Decimal string of a positive 63-bit number', examples: ['7123456789012345678'] })

export const yuanSchema = z
  .string()
  .regex(/^(0|[1-9]\d*)\.\d{2}$/)
  .meta({ description: 'Yuan with two digits', examples: ['99.00'] })

export const timeSchema = z.iso
  .datetime({ offset: true, precision: 3 })
  .meta({ description: 'ISO 8601 with milliseconds and offset', examples: ['2026-11-23T17:04:07.123+08:00'] })

export const stringSchema = z.string()

/** An id in an address or a query, read by core: a wrong one is `invalid_id`. */
export const idParamReadBy = <Id>(read: (text: string) => Id) =>
  z
    .string()
    .transform((text): Id => read(text))
    .openapi({ type: 'string', pattern: '^[1-9]\\d{0,18}$', examples: ['7123456789012345678'] })

/** The same of an id that another service made, also in a body. */
export const opaqueParamReadBy = <Id>(read: (text: string) => Id) =>
  z
    .string()
    .transform((text): Id => read(text))
    .openapi({ type: 'string' })

export const payTokenParam = z
  .string()
  .transform((text): PayToken => payToken(text))
  .openapi({ type: 'string', description: 'The secret of one attempt to pay, from its payUrl' })

/** What does not fit its schema. The detail names members, never values; `whole` stands for the thing itself. */
export function invalidRequestError({ issues }: z.ZodError, whole: string): CheckoutError {
  const faults = issues.map(({ path, message }) => `${path.join('.') || whole}: ${message}.`)
  return new CheckoutError('invalid_request', faults.join(' '))
}

const BEIJING_OFFSET_MS = 8 * 3_600_000

/** ISO 8601 with milliseconds and offset, in the time of the platform's users: `2026-11-23T17:04:07.123+08:00`. */
export function writeTime(at: EpochMs): string {
  return `${new Date(at + BEIJING_OFFSET_MS).toISOString().slice(0, -1)}+08:00`
}

export const writeTimeOrNull = (at: EpochMs | null): string | null => (at === null ? null : writeTime(at))
