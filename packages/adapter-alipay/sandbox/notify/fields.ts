import { formatBeijing, formatBeijingMilliseconds, formatYuan } from '../formats.js'
import { type Fields, withoutEmptyFields } from '../signature.js'
import type { Refund, Trade } from '../trade/trade.js'

/** What a notification tells. A partial refund is sent as `TRADE_SUCCESS`, a full one as `TRADE_CLOSED`. */
export type NotifyEvent = 'paid' | 'closed' | 'refunded' | 'finished'

/** What Alipay tells by default. Sources disagree on `finished` for wap.pay; a merchant has to be ready for it. */
const NOTIFIED_EVENTS: Readonly<Record<string, ReadonlySet<NotifyEvent>>> = {
  'alipay.trade.wap.pay': new Set(['paid', 'closed', 'refunded', 'finished']),
  'alipay.trade.page.pay': new Set(['paid', 'refunded']),
}

export const isEventNotified = (payMethod: string, event: NotifyEvent): boolean =>
  NOTIFIED_EVENTS[payMethod]?.has(event) ?? false

/** What is told, about a trade as it stood right after it happened. */
export interface NotifyContent {
  readonly event: NotifyEvent
  readonly trade: Trade
  readonly refund?: Refund
}

/** How Alipay masks the buyer's account. */
export const BUYER_LOGON_ID = '159****5620'

type OptionalFields = Record<string, string | undefined>

const commonFields = ({ trade }: NotifyContent): OptionalFields => ({
  notify_type: 'trade_status_sync',
  app_id: trade.appId,
  auth_app_id: trade.appId,
  charset: 'utf-8',
  version: '1.0',
  sign_type: 'RSA2',
  trade_no: trade.tradeNo,
  out_trade_no: trade.outTradeNo,
  trade_status: trade.status,
  total_amount: formatYuan(trade.totalFen),
  seller_id: trade.sellerId,
  buyer_id: trade.buyerId,
  buyer_logon_id: BUYER_LOGON_ID,
  subject: trade.subject,
  body: trade.body,
  passback_params: trade.passbackParams,
  gmt_create: formatBeijing(trade.createdAt),
  gmt_payment: trade.paidAt === undefined ? undefined : formatBeijing(trade.paidAt),
})

/** The bill of the payment; `fundChannel` inside is camelCase, as Alipay writes it. */
function paymentFields({ trade }: NotifyContent): OptionalFields {
  const amount = formatYuan(trade.totalFen)
  return {
    receipt_amount: amount,
    invoice_amount: amount,
    buyer_pay_amount: amount,
    point_amount: '0.00',
    fund_bill_list: JSON.stringify([{ amount, fundChannel: 'ALIPAYACCOUNT' }]),
  }
}

/** `refund_fee` is the trade's refunded total so far, not this refund. */
const refundFields = ({ trade, refund }: NotifyContent): OptionalFields => ({
  refund_fee: formatYuan(trade.refundedFen),
  gmt_refund: refund && formatBeijingMilliseconds(refund.at),
  out_biz_no: refund?.outBizNo,
  gmt_close: trade.closedAt === undefined ? undefined : formatBeijing(trade.closedAt),
})

const closingFields = ({ trade }: NotifyContent): OptionalFields => ({
  gmt_close: trade.closedAt === undefined ? undefined : formatBeijing(trade.closedAt),
})

const eventFields: Record<NotifyEvent, (content: NotifyContent) => OptionalFields> = {
  paid: paymentFields,
  finished: paymentFields,
  refunded: refundFields,
  closed: closingFields,
}

/** All fields of a notification except `notify_id`, and `notify_time` and `sign`, which differ for each attempt. */
export const notifyFields = (content: NotifyContent): Fields =>
  withoutEmptyFields({ ...commonFields(content), ...eventFields[content.event](content) })
