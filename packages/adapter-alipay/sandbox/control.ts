import { newTradeNo } from './identifiers.js'
import type { SandboxState } from './state.js'
import { remainingFen, type Trade } from './trade/trade.js'

/** What happens at Alipay without the merchant or the buyer doing anything. */
export interface SandboxControl {
  /** The refund window is over: `TRADE_SUCCESS` -> `TRADE_FINISHED`, with a notification. */
  finish(outTradeNo: string): Trade
  /** The order's time is over now: open cashier pages refuse, an unpaid trade is closed. */
  expire(outTradeNo: string): void
  /** Alipay closes an unpaid trade; open cashier pages find it closed. */
  closeByTimeout(outTradeNo: string): Trade
  /**
   * Somebody refunds the trade in Alipay's console: the merchant learns of it by the signed notification and the bill.
   * Throws when the trade is not paid, or less is left of it.
   */
  refundInConsole(outTradeNo: string, refund?: ConsoleRefund): Trade
}

export interface ConsoleRefund {
  /** Default: all that is left. */
  readonly amountFen?: number
  /** Default: a number of Alipay's own. */
  readonly outRequestNo?: string
  readonly reason?: string
}

export function createControl({ trades, tradeService, sessions, clock }: SandboxState): SandboxControl {
  const requireTrade = (outTradeNo: string): Trade => {
    const trade = trades.get(outTradeNo)
    if (!trade) throw new Error(`no trade ${outTradeNo}: the buyer has not confirmed it in the cashier`)
    return trade
  }
  return {
    finish: (outTradeNo) => tradeService.finish(requireTrade(outTradeNo)),
    closeByTimeout: (outTradeNo) => tradeService.close(requireTrade(outTradeNo)),
    refundInConsole(outTradeNo, { amountFen, outRequestNo = newTradeNo(clock.now()), reason = '后台退款' } = {}) {
      const trade = requireTrade(outTradeNo)
      const amount = amountFen ?? remainingFen(trade)
      if (!Number.isSafeInteger(amount) || amount < 1 || amount > remainingFen(trade)) {
        throw new Error(`trade ${outTradeNo} has ${remainingFen(trade)} fen left to refund`)
      }
      return tradeService.refund(trade, { outRequestNo, outBizNo: outRequestNo, amountFen: amount, reason })
    },
    expire(outTradeNo) {
      sessions.expire(outTradeNo, clock.now())
      const trade = trades.get(outTradeNo)
      if (trade?.status === 'WAIT_BUYER_PAY') tradeService.close(trade)
    },
  }
}

/** Forgets trades, sessions, notifications, requests and faults; keys and address stay. */
export function resetState({
  tradeService,
  notifier,
  trades,
  sessions,
  faults,
  requestLog,
  sentAnswers,
  billAddresses,
}: SandboxState): void {
  for (const part of [tradeService, notifier, trades, sessions, faults, requestLog, sentAnswers, billAddresses])
    part.clear()
}
