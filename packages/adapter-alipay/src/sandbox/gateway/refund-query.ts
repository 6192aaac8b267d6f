import { formatBeijing } from '../beijing-time.js'
import { formatYuan } from '../fen.js'
import { invalidParameter, success } from './answer.js'
import { findTrade } from './find-trade.js'
import type { ServerMethod } from './method.js'

/** `alipay.trade.fastpay.refund.query`: code 10000 without `refund_status` means that no such refund is known. */
export const queryRefund: ServerMethod = (call) => {
  const outRequestNo = call.content.text('out_request_no')
  if (outRequestNo === undefined) return invalidParameter('out_request_no')
  const found = findTrade(call)
  if ('failure' in found) return found.failure
  const { trade } = found
  const refund = trade.refunds.find((each) => each.outRequestNo === outRequestNo)
  if (!refund) return success({})
  return success({
    trade_no: trade.tradeNo,
    out_trade_no: trade.outTradeNo,
    out_request_no: outRequestNo,
    total_amount: formatYuan(trade.totalFen),
    refund_amount: formatYuan(refund.amountFen),
    refund_status: 'REFUND_SUCCESS',
    refund_reason: refund.reason,
    gmt_refund_pay: formatBeijing(refund.at),
  })
}
