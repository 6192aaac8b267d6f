import type { PayRequest } from '../pay-request.js'
import type { Trade } from '../trade/trade.js'

/** Why the buyer may not go on; shown to him, never to the merchant's server. */
export interface Refusal {
  readonly code: string
  readonly message: string
}

const refusals = {
  expired: { code: 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR', message: '订单已超时，请重新下单' },
  paid: { code: 'ACQ.TRADE_HAS_SUCCESS', message: '订单已付款成功，请勿重复提交' },
  closed: { code: 'ACQ.TRADE_HAS_CLOSE', message: '交易已经关闭' },
  changed: { code: 'ACQ.CONTEXT_INCONSISTENT', message: '交易信息被篡改' },
  otherBuyer: { code: 'ACQ.TRADE_BUYER_NOT_MATCH', message: '交易买家不匹配' },
} as const satisfies Record<string, Refusal>

/** A used `out_trade_no` may come again only with the same amount, subject and seller. */
const sameOrder = (request: PayRequest, trade: Trade): boolean =>
  request.totalFen === trade.totalFen && request.subject === trade.subject && request.sellerId === trade.sellerId

export interface Admission {
  readonly request: PayRequest
  readonly trade: Trade | undefined
  readonly now: number
  /** Known only once he has logged in. */
  readonly buyerId?: string
  /** A fault lets a late payment through. */
  readonly ignoreExpiry?: boolean
}

/** The rules for a number that is used again, and for an order whose time is over. Undefined: the buyer may go on. */
export function refusalOf({ request, trade, now, buyerId, ignoreExpiry = false }: Admission): Refusal | undefined {
  if (trade?.status === 'TRADE_CLOSED') return refusals.closed
  if (trade && trade.status !== 'WAIT_BUYER_PAY') return refusals.paid
  if (trade && !sameOrder(request, trade)) return refusals.changed
  if (trade && buyerId !== undefined && trade.buyerId !== buyerId) return refusals.otherBuyer
  const end = trade?.expiresAt ?? request.expiresAt
  return end !== undefined && now >= end && !ignoreExpiry ? refusals.expired : undefined
}
