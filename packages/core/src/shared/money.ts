import { CheckoutError } from './checkout-error.js'

/** An amount of Chinese yuan as an integer count of fen. Never a float: 0.1 + 0.2 has no place in a payment. */
export type Fen = number & { readonly __brand: 'Fen' }

/** Alipay's upper bound for one payment: 100,000,000.00 yuan (`total_amount` of alipay.trade.wap.pay). */
export const MAX_AMOUNT_FEN = 10_000_000_000 as Fen

/** Two digits after the point, no sign, no leading zero, no exponent. */
const YUAN_TEXT_PATTERN = /^(0|[1-9]\d{0,9})\.(\d{2})$/
/** What a JSON number prints as when it has at most two decimals: `99`, `99.5`, `99.55`. */
const YUAN_NUMBER_PATTERN = /^(0|[1-9]\d{0,9})(?:\.(\d{1,2}))?$/

/** Checks an integer count of fen. Throws `invalid_amount`. */
export function fen(amount: number): Fen {
  if (!Number.isInteger(amount) || amount < 0 || amount > MAX_AMOUNT_FEN) {
    throw new CheckoutError('invalid_amount', 'An amount must be a whole number of fen from 0 to 10,000,000,000.')
  }
  return amount as Fen
}

/**
 * Reads yuan as the wire has them: the string `"99.00"`, or a JSON number with at most two decimals.
 * Throws `invalid_amount` for anything else; nothing is rounded.
 */
export function readYuan(value: unknown): Fen {
  const match =
    typeof value === 'string'
      ? YUAN_TEXT_PATTERN.exec(value)
      : typeof value === 'number'
        ? YUAN_NUMBER_PATTERN.exec(String(value))
        : null
  if (match === null) {
    throw new CheckoutError(
      'invalid_amount',
      'An amount must be a string such as "99.00", or a number with two decimals at most.',
    )
  }
  return fen(Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')))
}

/** Writes yuan as the wire and Alipay want them: always two decimals. */
export function writeYuan(amount: Fen): string {
  return `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}`
}

export function addFen(...amounts: readonly Fen[]): Fen {
  return fen(amounts.reduce((sum: number, amount) => sum + amount, 0))
}
