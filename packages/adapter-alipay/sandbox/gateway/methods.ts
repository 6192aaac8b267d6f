import { entriesOfDay } from '../bill/entries.js'
import { payRefusalOf } from '../cashier/cashier.js'
import { endOfBeijingDay, formatBeijing, formatYuan, parseBeijing } from '../formats.js'
import { BUYER_LOGON_ID } from '../notify/fields.js'
import { findTrade, type GatewayCall, type ServerMethod } from './gateway-call.js'
import { readPayRequest } from './pay-request.js'
import { queryRefund, refundTrade } from './refunds.js'
import { type AnswerNode, type Reply, refusalNode, successNode } from './reply.js'

/** A method that a browser opens: answers a redirect or a page. */
type PageMethod = (call: GatewayCall) => Reply

const ZERO_YUAN = '0.00'

/** `alipay.trade.query`. The subject is not in the answer, as with Alipay. */
const queryTrade: ServerMethod = (call) => {
  const found = findTrade(call)
  const amounts = {
    buyer_pay_amount: ZERO_YUAN,
    invoice_amount: ZERO_YUAN,
    point_amount: ZERO_YUAN,
    receipt_amount: ZERO_YUAN,
  }
  if ('failure' in found) return { ...found.failure, ...amounts }
  const { trade } = found
  const total = formatYuan(trade.totalFen)
  const payment: AnswerNode =
    trade.paidAt === undefined
      ? amounts
      : { ...amounts, buyer_pay_amount: total, invoice_amount: total, receipt_amount: total }
  return successNode({
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

/** `alipay.trade.close`: only a trade that waits for its buyer. Its own `notify_url` wins over the pay request's. */
const closeTrade: ServerMethod = (call) => {
  const found = findTrade(call)
  if ('failure' in found) return found.failure
  const { trade } = found
  const echo = { trade_no: trade.tradeNo, out_trade_no: trade.outTradeNo }
  if (trade.status !== 'WAIT_BUYER_PAY') return refusalNode('ACQ.TRADE_STATUS_ERROR', '交易状态不合法', echo)
  call.state.tradeService.close(trade, call.parameters.notify_url || trade.notifyUrl)
  return successNode(echo)
}

/**
 * `alipay.trade.wap.pay` and `alipay.trade.page.pay`: opens a cashier session. No trade exists until the buyer
 * confirms.
 */
const openCashier: PageMethod = (call) => {
  const { state } = call
  const request = readPayRequest(call)
  if ('subCode' in request) return { kind: 'refusal_page', failure: request }
  const known = state.trades.get(request.outTradeNo)
  const trade = known && state.tradeService.closeIfExpired(known)
  const refusal = payRefusalOf({ request, trade, now: state.clock.now() })
  if (refusal) {
    return { kind: 'refusal_page', failure: { code: '40004', subCode: refusal.code, subMessage: refusal.message } }
  }
  return { kind: 'redirect', location: `/cashier/${state.sessions.open(request).id}` }
}

/**
 * `alipay.data.dataservice.bill.downloadurl.query`. Daily bills of trades only; a day has one as soon as it is over,
 * though Alipay's comes at 9 or 10 the next morning. The codes are spelt as in Alipay's document.
 */
const queryBillAddress: ServerMethod = ({ state, content, origin }) => {
  const day = content.text('bill_date') ?? ''
  const start = parseBeijing(`${day} 00:00:00`)
  if (content.text('bill_type') === undefined || start === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) {
    return refusalNode('INVAILID_ARGUMENTS', '入参不合法')
  }
  if (content.text('bill_type') !== 'trade') return refusalNode('TYPE_NOT_SUPPORTED', '账单类型不支持')
  if (state.clock.now() < endOfBeijingDay(start)) return refusalNode('BILL_NOT_EXIST', '账单不存在')
  const entries = entriesOfDay(state, day)
  const address = { bill_download_url: `${origin}/bill/${state.billAddresses.issue({ day, entries })}` }
  return successNode(entries.length === 0 ? { ...address, bill_file_code: 'EMPTY_DATA_WITH_BILL_FILE' } : address)
}

/** Methods that a merchant's server calls, by name. A new one is a line here and a file beside. */
export const SERVER_METHODS: ReadonlyMap<string, ServerMethod> = new Map([
  ['alipay.trade.query', queryTrade],
  ['alipay.trade.close', closeTrade],
  ['alipay.trade.refund', refundTrade],
  ['alipay.trade.fastpay.refund.query', queryRefund],
  ['alipay.data.dataservice.bill.downloadurl.query', queryBillAddress],
])

/** Methods that a buyer's browser opens. */
export const PAGE_METHODS: ReadonlyMap<string, PageMethod> = new Map([
  ['alipay.trade.wap.pay', openCashier],
  ['alipay.trade.page.pay', openCashier],
])
