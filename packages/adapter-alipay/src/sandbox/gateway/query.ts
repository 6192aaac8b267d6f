import { formatBeijing } from '../beijing-time.js'
import { formatYuan } from '../fen.js'
import { BUYER_LOGON_ID } from '../notify/fields.js'
import { type AnswerNode, success } from './answer.js'
import { findTrade } from './find-trade.js'
import type { ServerMethod } from './method.js'

const ZERO = '0.00'

/** `alipay.trade.query`. The subject is not in the answer, as with Alipay. */
export const queryTrade: ServerMethod = (call) => {
  const found = findTrade(call)
  const amounts = { buyer_pay_amount: ZERO, invoice_amount: ZERO, point_amount: ZERO, receipt_amount: ZERO }
  if ('failure' in found) return { ...found.failure, ...amounts }
  const { trade } = found
  const total = formatYuan(trade.totalFen)
  const payment: AnswerNode =
    trade.paidAt === undefined
      ? amounts
      : { ...amounts, buyer_pay_amount: total, invoice_amount: total, receipt_amount: total }
  return success({
    trade_no: trade.tradeNo,
    out_trade_no: trade.outTradeNo,
    trade_status: trade.status,
    total_amount: total,
    buyer_user_id: trade.buyerId,
    buyer_logon_id: BUYER_LOGON_ID,
    buyer_user_type: 'PRIVATE',
    ...payment,
    send_pay_date: trade.paidAt === undefined ? undefined : formatBeijing(trade.paidAt),
    passback_params: trade.passbackParams,
  })
}
