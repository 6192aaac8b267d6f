import type { TradeStatus } from '@coursepay/core'

const known: Readonly<Record<string, TradeStatus>> = {
  WAIT_BUYER_PAY: 'waiting',
  TRADE_SUCCESS: 'paid',
  TRADE_FINISHED: 'finished',
  TRADE_CLOSED: 'closed',
}

/** Alipay's `trade_status`; a word that we do not know changes nothing. */
export function mapTradeStatus(status: string | undefined): TradeStatus {
  return status !== undefined && Object.hasOwn(known, status) ? (known[status] ?? 'unknown') : 'unknown'
}
