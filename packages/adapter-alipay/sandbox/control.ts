import type { SandboxState } from './state.js'
import type { Trade } from './trade/trade.js'

/** What happens at Alipay without the merchant or the buyer doing anything. */
export interface SandboxControl {
  /** The refund window is over: `TRADE_SUCCESS` -> `TRADE_FINISHED`, with a notification. */
  finish(outTradeNo: string): Trade
  /** The order's time is over now: open cashier pages refuse, an unpaid trade is closed. */
  expire(outTradeNo: string): void
  /** Alipay closes an unpaid trade by itself; open cashier pages find it closed. */
  closeByTimeout(outTradeNo: string): Trade
}

export function createControl({ trades, desk, sessions, clock }: SandboxState): SandboxControl {
  const existing = (outTradeNo: string): Trade => {
    const trade = trades.get(outTradeNo)
    if (!trade) throw new Error(`no trade ${outTradeNo}: the buyer has not confirmed it in the cashier`)
    return trade
  }
  return {
    finish: (outTradeNo) => desk.finish(existing(outTradeNo)),
    closeByTimeout: (outTradeNo) => desk.close(existing(outTradeNo)),
    expire(outTradeNo) {
      sessions.expire(outTradeNo, clock.now())
      const trade = trades.get(outTradeNo)
      if (trade?.status === 'WAIT_BUYER_PAY') desk.close(trade)
    },
  }
}
