import { type Fen, fen } from '@coursepay/core'
import type { TradeStatus } from '@coursepay/core/ports'
import { MAX_AMOUNT_FEN } from '@coursepay/core/ports'

const AMOUNT_PATTERN = /^(\d{1,9})(?:\.(\d{1,2}))?$/

/** Reads Alipay's `Number(9,2)`: `1`, `1.0` and `1.00` are the same 100 fen. Null for anything else. */
export function readAlipayAmount(text: string | undefined): Fen | null {
  const match = AMOUNT_PATTERN.exec(text ?? '')
  if (match === null) return null
  const amount = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return amount > MAX_AMOUNT_FEN ? null : fen(amount)
}

const BEIJING_OFFSET_MS = 8 * 3_600_000
const TIME_PATTERN = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,3})?$/

/**
 * `yyyy-MM-dd HH:mm:ss` in Beijing time, whatever the process's time zone is (the SDK's own stamp follows the process).
 */
export function epochMsToBeijingTime(at: number): string {
  return new Date(at + BEIJING_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')
}

/** Milliseconds since 1970, or null when the text is no such time. Refund times carry milliseconds. */
export function beijingTimeToEpochMs(text: string | undefined): number | null {
  if (text === undefined || !TIME_PATTERN.test(text)) return null
  const at = Date.parse(`${text.replace(' ', 'T')}+08:00`)
  // The engine takes 31 February for 3 March.
  return Number.isNaN(at) || epochMsToBeijingTime(at) !== text.slice(0, 19) ? null : at
}

const tradeStatusByAlipayStatus: Readonly<Record<string, TradeStatus>> = {
  WAIT_BUYER_PAY: 'waiting',
  TRADE_SUCCESS: 'paid',
  TRADE_FINISHED: 'finished',
  TRADE_CLOSED: 'closed',
}

/** Alipay's `trade_status`; a word that we do not know changes nothing. */
export function tradeStatusOrUnknown(status: string | undefined): TradeStatus {
  return status !== undefined && Object.hasOwn(tradeStatusByAlipayStatus, status)
    ? (tradeStatusByAlipayStatus[status] ?? 'unknown')
    : 'unknown'
}
