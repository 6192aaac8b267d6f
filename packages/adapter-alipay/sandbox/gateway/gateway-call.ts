import type { SandboxState } from '../state.js'
import type { Trade } from '../trade/trade.js'
import { type AnswerNode, invalidParameterNode, refusalNode } from './reply.js'
import type { BusinessContent } from './request.js'

/** A request whose envelope is good. */
export interface GatewayCall {
  readonly state: SandboxState
  readonly method: string
  readonly parameters: Readonly<Record<string, string>>
  readonly content: BusinessContent
  /** How the caller reached the sandbox: `http://127.0.0.1:port`. */
  readonly origin: string
}

/** A method that a server calls: answers a signed node. */
export type ServerMethod = (call: GatewayCall) => AnswerNode

/**
 * The trade a call is about, closed first if its time is over, or the answer that says why there is none.
 * Before the buyer confirms in the cashier there is none, so that answer is normal.
 */
export function findTrade({ state, content }: GatewayCall): { trade: Trade } | { failure: AnswerNode } {
  const outTradeNo = content.text('out_trade_no')
  const tradeNo = content.text('trade_no')
  if (outTradeNo === undefined && tradeNo === undefined) {
    return { failure: invalidParameterNode('out_trade_no和trade_no不能同时为空') }
  }
  const trade = state.trades.find({ outTradeNo, tradeNo })
  if (trade) return { trade: state.tradeService.closeIfExpired(trade) }
  const echo = outTradeNo === undefined ? { trade_no: tradeNo } : { out_trade_no: outTradeNo }
  return { failure: refusalNode('ACQ.TRADE_NOT_EXIST', '交易不存在', echo) }
}
