import { refused, success } from './answer.js'
import { findTrade } from './find-trade.js'
import type { ServerMethod } from './method.js'

/** `alipay.trade.close`: only a trade that waits for its buyer. Its own `notify_url` wins over the pay request's. */
export const closeTrade: ServerMethod = (call) => {
  const found = findTrade(call)
  if ('failure' in found) return found.failure
  const { trade } = found
  const echo = { trade_no: trade.tradeNo, out_trade_no: trade.outTradeNo }
  if (trade.status !== 'WAIT_BUYER_PAY') return refused('ACQ.TRADE_STATUS_ERROR', '交易状态不合法', echo)
  call.state.desk.close(trade, call.parameters.notify_url || trade.notifyUrl)
  return success(echo)
}
