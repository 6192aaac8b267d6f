import { CheckoutError } from './checkout-error.js'

/**
 * Ids made here are 63-bit snowflakes, always carried as decimal strings: a JSON number or a JavaScript number
 * loses digits above 2^53, which is how the seed's web page came to ask for orders that do not exist.
 */
type Snowflake<Name extends string> = string & { readonly __brand: Name }
type BrandedText<Name extends string> = string & { readonly __brand: Name }

export type OrderId = Snowflake<'OrderId'>
/** Number of one attempt to pay; it is what Alipay knows as `out_trade_no`. */
export type PayNo = Snowflake<'PayNo'>
export type ChooseCourseId = Snowflake<'ChooseCourseId'>
export type MessageId = Snowflake<'MessageId'>
/** Number of one refund; it is what Alipay knows as `out_request_no` unless the operator chose one. */
export type RefundId = Snowflake<'RefundId'>

/** The `sub` of the caller's token. */
export type UserId = BrandedText<'UserId'>
export type CourseId = BrandedText<'CourseId'>
/** What is being paid for, in the words of the service that sells it: for a course, the id of the choice. */
export type OutBusinessId = BrandedText<'OutBusinessId'>
/** 128 random bits, base64url: what the QR holds. Its holder may pay; it cannot be guessed or counted up. */
export type PayToken = BrandedText<'PayToken'>

const MAX_SNOWFLAKE = 9223372036854775807n
const SNOWFLAKE_PATTERN = /^[1-9]\d{0,18}$/
const OPAQUE_ID_PATTERN = /^[\x21-\x7e]{1,64}$/

/** True for the decimal form of a positive 63-bit integer, without sign or leading zero. */
export function isSnowflake(value: unknown): value is string {
  return typeof value === 'string' && SNOWFLAKE_PATTERN.test(value) && BigInt(value) <= MAX_SNOWFLAKE
}

function createSnowflakeIdValidator<Id extends string>(name: string) {
  return (value: unknown): Id => {
    if (!isSnowflake(value))
      throw new CheckoutError('invalid_id', `${name} must be a decimal string of a positive 63-bit number.`)
    return value as string as Id
  }
}

function createOpaqueIdValidator<Id extends string>(name: string) {
  return (value: unknown): Id => {
    if (typeof value !== 'string' || !OPAQUE_ID_PATTERN.test(value)) {
      throw new CheckoutError('invalid_id', `${name} must be a string of 1 to 64 visible ASCII characters.`)
    }
    return value as Id
  }
}

/** Each reader throws `invalid_id` for anything but a well-formed id. */
export const orderId = createSnowflakeIdValidator<OrderId>('orderId')
export const payNo = createSnowflakeIdValidator<PayNo>('payNo')
export const chooseCourseId = createSnowflakeIdValidator<ChooseCourseId>('chooseCourseId')
export const messageId = createSnowflakeIdValidator<MessageId>('id')
export const refundId = createSnowflakeIdValidator<RefundId>('refundId')
export const userId = createOpaqueIdValidator<UserId>('userId')
export const courseId = createOpaqueIdValidator<CourseId>('courseId')
export const outBusinessId = createOpaqueIdValidator<OutBusinessId>('outBusinessId')
export const payToken = createOpaqueIdValidator<PayToken>('token')
/** The idempotency key of a grant. */
export const validGrantKey = createOpaqueIdValidator<string>('key')
