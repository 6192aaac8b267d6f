import { CheckoutError, type OrderLine, type OrderRequest, outBusinessId, readYuan } from '@coursepay/core'
import { readOrderDetail } from '@coursepay/core/ports'
import { z } from '@hono/zod-openapi'

/** Lone surrogates cannot be written as UTF-8, and NUL ends a text in some stores: neither is a name of anything. */
const UNSTORABLE_CHARACTER_PATTERN = /[\0\p{Surrogate}]/u
const CONTROL_CHARACTER_PATTERN = /\p{Control}/u
const isStorableText = (text: string) => !UNSTORABLE_CHARACTER_PATTERN.test(text)
const unstorableMessage = 'Holds characters that cannot be stored'

/** Price sources are found by this word: one that every object answers to is none. */
const orderTypeSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,16}$/, '1 to 16 visible ASCII characters')
  .refine((type) => !(type in Object.prototype), 'No order type')
  .meta({ examples: ['60201'] })

const orderNameSchema = z
  .string()
  .min(1)
  .max(256)
  .refine(
    (text) => text.trim() !== '' && isStorableText(text) && !CONTROL_CHARACTER_PATTERN.test(text),
    'A name in visible characters',
  )

/** Whether an order may have this name; what is sold needs one that an order may have. */
export const isOrderName = (text: string): boolean => orderNameSchema.safeParse(text).success

/** The body of `generatepaycode` (seed: `AddOrderDto`). Members that are not named here are ignored. */
export const addOrderSchema = z
  .object({
    outBusinessId: z.string().meta({ description: 'For a course: the id of the choice' }),
    orderType: orderTypeSchema,
    totalPrice: z
      .union([z.string(), z.number()], 'A string such as "99.00", or a number with two decimals at most')
      .meta({ description: "Yuan; must be the server's own price", examples: ['99.00'] }),
    orderName: orderNameSchema,
    orderDescrip: z.string().refine(isStorableText, unstorableMessage).nullish(),
    orderDetail: z
      .string()
      .refine(isStorableText, unstorableMessage)
      .meta({ description: 'JSON text of an array of OrderGoods' }),
  })
  .openapi('AddOrder')

/**
 * Reads what the schema has passed strictly: nothing is converted, nothing rounded. Throws `invalid_request`,
 * `invalid_id` or `invalid_amount`.
 */
export function toOrderRequest(data: z.output<typeof addOrderSchema>): OrderRequest {
  const goods = readOrderDetail(data.orderDetail)
  goods.forEach(assertGoodsTextStorable)
  return {
    outBusinessId: outBusinessId(data.outBusinessId),
    orderType: data.orderType,
    totalPrice: readYuan(data.totalPrice),
    orderName: data.orderName,
    orderDescrip: data.orderDescrip ?? null,
    orderDetail: data.orderDetail,
    goods,
  }
}

/** Escapes inside the inner JSON text show only once it is read. */
function assertGoodsTextStorable({ goodsId, goodsType, goodsName, goodsDetail }: OrderLine): void {
  if ([goodsId, goodsType, goodsName, goodsDetail].every(isStorableText)) return
  throw new CheckoutError('invalid_request', `orderDetail: ${unstorableMessage}.`)
}
