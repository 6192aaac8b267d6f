import { formatBeijing, formatYuan, parseYuan } from '../formats.js'
import { BUYER_LOGON_ID } from '../notify/fields.js'
import { type Refund, remainingFen, type Trade } from '../trade/trade.js'
import { findTrade, type GatewayCall, type ServerMethod } from './gateway-call.js'
import { type AnswerNode, invalidParameterNode, refusalNode, successNode } from './reply.js'

type RefundRequest = Omit<Refund, 'at'>

/** What is wrong with the request itself. Without a number only the whole trade may be refunded. */
function readRefundRequest({ content }: GatewayCall, trade: Trade): RefundRequest | { failure: AnswerNode } {
  const amountFen = parseYuan(content.value('refund_amount'))
  const outRequestNo = content.text('out_request_no')
  const reason = content.text('refund_reason')
  if (!amountFen) return { failure: invalidParameterNode('refund_amount') }
  if ((outRequestNo?.length ?? 0) > 64) return { failure: invalidParameterNode('out_request_no') }
  if ((reason?.length ?? 0) > 256) return { failure: invalidParameterNode('refund_reason') }
  if (outRequestNo === undefined && amountFen !== trade.totalFen) {
    const zero = { refund_fee: '0.00', send_back_fee: '0.00' }
    return { failure: refusalNode('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', '撤销或退款金额与订单金额不一致', zero) }
  }
  const numbers = { outRequestNo: outRequestNo ?? trade.outTradeNo, outBizNo: outRequestNo ?? trade.tradeNo }
  return { ...numbers, amountFen, ...(reason === undefined ? {} : { reason }) }
}

/** `refund_fee` is the trade's refunded total, not this refund; money moved only with `fund_change` Y. */
const acceptedNode = (trade: Trade, refund: Refund, fundChange: 'Y' | 'N'): AnswerNode =>
  successNode({
    trade_no: trade.tradeNo,
    out_trade_no: trade.outTradeNo,
    buyer_logon_id: BUYER_LOGON_ID,
    buyer_user_id: trade.buyerId,
    fund_change: fundChange,
    refund_fee: formatYuan(trade.refundedFen),
    send_back_fee: formatYuan(refund.amountFen),
    gmt_refund_pay: formatBeijing(refund.at),
  })

/** Why a trade in this state takes no new refund. */
function tradeStatusRefusal({ status }: Trade): AnswerNode | undefined {
  if (status === 'WAIT_BUYER_PAY') return refusalNode('ACQ.TRADE_STATUS_ERROR', '交易状态不合法')
  if (status === 'TRADE_CLOSED') return refusalNode('ACQ.TRADE_HAS_CLOSE', '交易已经关闭')
  return status === 'TRADE_FINISHED' ? refusalNode('ACQ.TRADE_HAS_FINISHED', '交易已完结') : undefined
}

/**
 * `alipay.trade.refund`: booked once per `out_request_no`; a repeat is answered like the first, without moving money.
 */
export const refundTrade: ServerMethod = (call) => {
  const found = findTrade(call)
  if ('failure' in found) return found.failure
  const { trade } = found
  const request = readRefundRequest(call, trade)
  if ('failure' in request) return request.failure
  const earlier = trade.refunds.find(({ outRequestNo }) => outRequestNo === request.outRequestNo)
  if (earlier && earlier.amountFen !== request.amountFen) {
    return refusalNode('ACQ.DISCORDANT_REPEAT_REQUEST', '不一致的请求')
  }
  if (earlier) return acceptedNode(trade, earlier, 'N')
  const refusal = tradeStatusRefusal(trade)
  if (refusal) return refusal
  if (request.amountFen > remainingFen(trade)) return refusalNode('ACQ.REASON_TRADE_REFUND_FEE_ERR', '退款金额无效')
  const refunded = call.state.tradeService.refund(trade, request)
  return acceptedNode(refunded, { ...request, at: call.state.clock.now() }, 'Y')
}

/** `alipay.trade.fastpay.refund.query`: code 10000 without `refund_status` means that no such refund is known. */
export const queryRefund: ServerMethod = (call) => {
  const outRequestNo = call.content.text('out_request_no')
  if (outRequestNo === undefined) return invalidParameterNode('out_request_no')
  const found = findTrade(call)
  if ('failure' in found) return found.failure
  const { trade } = found
  const refund = trade.refunds.find((each) => each.outRequestNo === outRequestNo)
  if (!refund) return successNode({})
  return successNode({
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
