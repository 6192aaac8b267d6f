import type { Merchant, TradeStatus } from '../../src/orders/domain/payment-evidence.js'
import type { PaymentAttempt, RefundAnswer, RefundInstruction } from '../../src/orders/ports/payment-gateway.js'
import { addFen, type Fen, fen } from '../../src/shared/money.js'
import type { EpochMs } from '../../src/shared/ports/clock.js'
import type { NotifyFields } from './fake-notify-format.js'

/** One trade as the fake gateway keeps it. It exists from the moment the buyer acts on the page. */
export interface FakeTrade {
  readonly attempt: PaymentAttempt
  readonly tradeNo: string
  status: TradeStatus
  paidAt: EpochMs | null
  /** By `outRequestNo`; `moved` turns true with the money. */
  readonly refunds: Map<string, { readonly amount: Fen; moved: boolean }>
}

function refundedAmount(trade: FakeTrade): Fen {
  return addFen(...[...trade.refunds.values()].filter((refund) => refund.moved).map((refund) => refund.amount))
}

/**
 * Takes a refund by Alipay's rules: one number pays once, and never more than was paid. `moved`: the money moves at
 * once.
 */
export function acceptRefund(
  trade: FakeTrade,
  { outRequestNo, amount }: RefundInstruction,
  moved: boolean,
): RefundAnswer {
  const known = trade.refunds.get(outRequestNo)
  if (known !== undefined && known.amount !== amount) {
    return { kind: 'refused', reason: 'this refund number was used with another amount' }
  }
  if (known !== undefined) return { kind: known.moved ? 'succeeded' : 'accepted' }
  if (trade.status === 'closed') return { kind: 'trade_closed' }
  if (trade.paidAt === null) return { kind: 'refused', reason: 'the trade is not paid' }
  if (trade.status === 'finished') return { kind: 'refused', reason: 'the time for refunds is over' }
  const promised = [...trade.refunds.values()].reduce((sum, refund) => sum + refund.amount, 0)
  if (amount === 0 || promised + amount > trade.attempt.totalPrice) {
    return { kind: 'refused', reason: 'the amount is not within what was paid' }
  }
  trade.refunds.set(outRequestNo, { amount, moved: false })
  if (!moved) return { kind: 'accepted' }
  settleRefunds(trade)
  return { kind: 'succeeded' }
}

/** Moves the money of every refund taken so far. A fully refunded trade is closed (Alipay: TRADE_CLOSED). */
export function settleRefunds(trade: FakeTrade): void {
  for (const refund of trade.refunds.values()) refund.moved = true
  if (trade.refunds.size > 0 && refundedAmount(trade) === trade.attempt.totalPrice) trade.status = 'closed'
}

/** What the gateway says of the trade. */
export function notifyFieldsOf(trade: FakeTrade, merchant: Merchant): NotifyFields & { sellerId: string } {
  return {
    appId: merchant.appId,
    sellerId: merchant.sellerId,
    outTradeNo: trade.attempt.payNo,
    tradeNo: trade.tradeNo,
    tradeStatus: trade.status,
    totalAmount: fen(trade.attempt.totalPrice),
    paidAt: trade.paidAt,
    refundedAmount: refundedAmount(trade),
    refundRequestNo: null,
  }
}
