import { type Fen, fen, LARGEST_AMOUNT } from '@coursepay/core'

const AMOUNT = /^(\d{1,9})(?:\.(\d{1,2}))?$/

/** Reads Alipay's `Number(9,2)`: `1`, `1.0` and `1.00` are the same 100 fen. Null for anything else. */
export function readAlipayAmount(text: string | undefined): Fen | null {
  const match = AMOUNT.exec(text ?? '')
  if (match === null) return null
  const amount = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return amount > LARGEST_AMOUNT ? null : fen(amount)
}
