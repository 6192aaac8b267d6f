/**
 * Everything that can go wrong, as a closed list. What the caller should do:
 * mend the request (`invalid_*`, `price_mismatch`), ask for another thing (`*_not_found`, `not_yours`),
 * accept the state (`*_already_*`, `*_conflict`, `nothing_to_pay`), or come again later (`*_unavailable`, `gateway_*`).
 */
export const checkoutErrorCodes = [
  'invalid_request',
  'invalid_id',
  'invalid_amount',
  'body_too_large',
  'not_authenticated',
  'not_yours',
  'course_not_found',
  'choice_not_found',
  'order_not_found',
  'pay_record_not_found',
  'unknown_order_type',
  'price_mismatch',
  'nothing_to_pay',
  'business_id_conflict',
  'order_already_paid',
  'order_already_refunded',
  'order_closed',
  'order_not_paid',
  'refund_conflict',
  'refund_too_large',
  'refund_exceeds_rest',
  'operators_only',
  'dead_message_not_found',
  'pay_record_expired',
  'choice_outdated',
  'too_many_attempts',
  'payment_not_held',
  'invariant_violated',
  'state_conflict',
  'gateway_unknown',
  'gateway_refused',
  'ids_unavailable',
  'store_unavailable',
  'broker_unavailable',
] as const

export type CheckoutErrorCode = (typeof checkoutErrorCodes)[number]

/** Shared between copies of this package, where `instanceof` would fail. */
const ERROR_MARKER = Symbol.for('coursepay.checkout-error')

/** The only error that core and its adapters throw on purpose. The message may be shown: it holds no secret. */
export class CheckoutError extends Error {
  override readonly name = 'CheckoutError'
  readonly code: CheckoutErrorCode

  constructor(code: CheckoutErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
    Object.defineProperty(this, ERROR_MARKER, { value: true })
  }

  static isInstance(error: unknown): error is CheckoutError {
    return typeof error === 'object' && error !== null && ERROR_MARKER in error
  }
}

/** Temporary: the caller waits and retries, and no count of tries goes up. */
export const isUnavailable = (error: unknown): boolean =>
  CheckoutError.isInstance(error) && error.code.endsWith('_unavailable')
