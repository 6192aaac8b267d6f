import type { Trade } from './trade.js'

/** How a merchant names a trade. When both are given, `tradeNo` wins. */
export interface TradeKey {
  readonly tradeNo?: string | undefined
  readonly outTradeNo?: string | undefined
}

/** Every trade of the sandbox, by the merchant's number. */
export class TradeBook {
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
