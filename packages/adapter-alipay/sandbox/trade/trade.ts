/** Alipay's own states of a trade. `TRADE_CLOSED` is both "never paid" and "fully refunded". */
export type TradeStatus = 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_FINISHED' | 'TRADE_CLOSED'

export interface Refund {
  /** The idempotency key within the trade. */
  readonly outRequestNo: string
  readonly amountFen: number
  readonly at: number
  /** `out_biz_no` of the notification: the refund's number, or the trade's when the merchant gave none. */
  readonly outBizNo: string
  readonly reason?: string
}

/** A trade as Alipay keeps it. Amounts are fen, times epoch milliseconds. */
export interface Trade {
  readonly tradeNo: string
  readonly outTradeNo: string
  /** The method that opened the cashier: it decides what is notified and how the buyer returns. */
  readonly payMethod: string
  readonly appId: string
  readonly sellerId: string
  readonly buyerId: string
  readonly status: TradeStatus
  readonly totalFen: number
  readonly refundedFen: number
  readonly refunds: readonly Refund[]
  readonly subject: string
  readonly body?: string
  readonly passbackParams?: string
  readonly notifyUrl?: string
  readonly createdAt: number
  /** When an unpaid trade is closed. */
  readonly expiresAt: number
  readonly paidAt?: number
  readonly closedAt?: number
}

export const remainingFen = (trade: Trade): number => trade.totalFen - trade.refundedFen

class IllegalStatusChange extends Error {
  constructor(trade: Trade, wanted: TradeStatus) {
    super(`trade ${trade.outTradeNo} is ${trade.status} and cannot become ${wanted}`)
    this.name = 'IllegalTransition'
  }
}

function withStatus(trade: Trade, from: TradeStatus, to: TradeStatus): Trade {
  if (trade.status !== from) throw new IllegalStatusChange(trade, to)
  return { ...trade, status: to }
}

export const paidTrade = (trade: Trade, now: number): Trade => ({
  ...withStatus(trade, 'WAIT_BUYER_PAY', 'TRADE_SUCCESS'),
  paidAt: now,
})

/** Closed unpaid: by the merchant or by its time. */
export const closedTrade = (trade: Trade, now: number): Trade => ({
  ...withStatus(trade, 'WAIT_BUYER_PAY', 'TRADE_CLOSED'),
  closedAt: now,
})

/** The refund window is over. */
export const finishedTrade = (trade: Trade): Trade => withStatus(trade, 'TRADE_SUCCESS', 'TRADE_FINISHED')

/** A refund is booked; the last fen closes the trade. */
export function refundedTrade(trade: Trade, refund: Refund): Trade {
  if (trade.status !== 'TRADE_SUCCESS') throw new IllegalStatusChange(trade, 'TRADE_CLOSED')
  const refundedFen = trade.refundedFen + refund.amountFen
  const refunded: Trade = { ...trade, refundedFen, refunds: [...trade.refunds, refund] }
  return refundedFen < trade.totalFen ? refunded : { ...refunded, status: 'TRADE_CLOSED', closedAt: refund.at }
}

/** How a merchant names a trade. When both are given, `tradeNo` wins. */
interface TradeKey {
  readonly tradeNo?: string | undefined
  readonly outTradeNo?: string | undefined
}

/** Every trade of the sandbox, by the merchant's number. */
export class TradeStore {
  readonly #trades = new Map<string, Trade>()
  readonly #outTradeNos = new Map<string, string>()

  get(outTradeNo: string): Trade | undefined {
    return this.#trades.get(outTradeNo)
  }

  find(key: TradeKey): Trade | undefined {
    const outTradeNo = key.tradeNo === undefined ? key.outTradeNo : this.#outTradeNos.get(key.tradeNo)
    return outTradeNo === undefined ? undefined : this.#trades.get(outTradeNo)
  }

  save(trade: Trade): Trade {
    this.#trades.set(trade.outTradeNo, trade)
    this.#outTradeNos.set(trade.tradeNo, trade.outTradeNo)
    return trade
  }

  list(): readonly Trade[] {
    return [...this.#trades.values()]
  }

  clear(): void {
    this.#trades.clear()
    this.#outTradeNos.clear()
  }
}

/** A verified pay request: what a cashier session offers. Amounts are fen, times epoch milliseconds. */
export interface PayRequest {
  readonly method: string
  readonly appId: string
  readonly sellerId: string
  readonly outTradeNo: string
  readonly totalFen: number
  readonly subject: string
  readonly body?: string
  readonly passbackParams?: string
  readonly quitUrl?: string
  readonly returnUrl?: string
  readonly notifyUrl?: string
  /** Absolute end, from `time_expire` (or page.pay's `timeout_express`); holds before the trade exists too. */
  readonly expiresAt?: number
  /** `timeout_express` of wap.pay: counted from the moment the trade is created. */
  readonly expiryFor: (createdAt: number) => number
}
