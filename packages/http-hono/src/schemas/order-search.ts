import { CheckoutError, type OrderId, OrderStatus, orderId, outBusinessId, readYuan, userId } from '@coursepay/core'
import { type OrderFilter, type OrderPosition, readBeijingDay } from '@coursepay/core/ports'
import { z } from '@hono/zod-openapi'
import { orderSchema } from './order.js'
import { countParamUpTo } from './query.js'

const DAY_MS = 86_400_000

/** One filter of a query. An empty one, as a form sends it, is none. */
const createFilterParamSchema = <Value>(
  read: (text: string) => Value,
  documented: { type: 'string'; description?: string; format?: string },
) =>
  z
    .string()
    .transform((text) => (text === '' ? undefined : read(text)))
    .optional()
    .openapi(documented)

const filterSchemaByName = {
  status: createFilterParamSchema(requireOrderStatus, { type: 'string', description: 'A status code of orders' }),
  userId: createFilterParamSchema(userId, { type: 'string' }),
  orderId: createFilterParamSchema((text): OrderId => orderId(text), { type: 'string' }),
  outBusinessId: createFilterParamSchema(outBusinessId, { type: 'string' }),
  outPayNo: createFilterParamSchema(readOutPayNo, { type: 'string', description: "The gateway's own trade number" }),
  from: createFilterParamSchema((text) => readTime(text, 0), {
    type: 'string',
    description: 'Created at this time or later; a date is a day in Beijing',
  }),
  to: createFilterParamSchema((text) => readTime(text, DAY_MS), {
    type: 'string',
    description: 'Created before this time; of a date, before its end',
  }),
  minAmount: createFilterParamSchema(readYuan, { type: 'string', description: 'Yuan, such as 99.00' }),
  maxAmount: createFilterParamSchema(readYuan, { type: 'string', description: 'Yuan, such as 99.00' }),
}

export const orderFilterSchema = z.object(filterSchemaByName)
export const orderSearchSchema = z.object({
  ...filterSchemaByName,
  after: createFilterParamSchema(readPosition, { type: 'string', description: '`next` of the page before' }),
  size: countParamUpTo(100).prefault('20'),
})

export const foundOrdersSchema = z
  .object({ items: z.array(orderSchema), next: z.string().nullable() })
  .openapi('FoundOrders')

/** The members that say something. */
export const pickOrderFilter = ({
  status,
  userId,
  orderId,
  outBusinessId,
  ...rest
}: z.output<typeof orderFilterSchema>): OrderFilter => ({
  ...{ status, userId, orderId, outBusinessId },
  ...{ outPayNo: rest.outPayNo, from: rest.from, to: rest.to, minAmount: rest.minAmount, maxAmount: rest.maxAmount },
})

/** A place in the list as text, for `after`. */
export const writePosition = ({ createDate, id }: OrderPosition): string => `${createDate}-${id}`

function readPosition(text: string): OrderPosition {
  const [, createDate, id = ''] = /^(\d{1,15})-(\d{1,19})$/.exec(text) ?? []
  if (createDate === undefined) throw invalidFilterError('after', 'must be the next of a page')
  return { createDate: Number(createDate), id: orderId(id) }
}

const orderStatuses: readonly string[] = Object.values(OrderStatus)

function requireOrderStatus(text: string): OrderStatus {
  if (!orderStatuses.includes(text)) throw invalidFilterError('status', 'must be a status of an order')
  return text as OrderStatus
}

function readOutPayNo(text: string): string {
  if (!/^[\x21-\x7e]{1,64}$/.test(text)) throw invalidFilterError('outPayNo', 'must be a trade number')
  return text
}

const DATE_PATTERN = /^\d{4}-\d{2}-\d{2}$/
const DATE_TIME_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/

/** `dayMs`: what is added to a date without a time. */
function readTime(text: string, dayMs: number): number {
  // An unescaped plus arrives as a blank.
  const written = text.replace(' ', '+')
  const time = DATE_PATTERN.test(written) ? Date.parse(`${written}T00:00:00+08:00`) + dayMs : Date.parse(written)
  if (Number.isNaN(time) || !(DATE_PATTERN.test(written) || DATE_TIME_PATTERN.test(written))) {
    throw invalidFilterError('from, to', 'must be times such as 2026-11-23T17:04:07.123+08:00, or dates')
  }
  // Date.parse takes 30 February for 2 March.
  readBeijingDay(written.slice(0, 10))
  return time
}

const invalidFilterError = (name: string, what: string) => new CheckoutError('invalid_request', `${name}: ${what}.`)
