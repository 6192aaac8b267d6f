import { queryBillAddress } from './bill-address.js'
import { closeTrade } from './close.js'
import type { PageMethod, ServerMethod } from './method.js'
import { openCashier } from './pay.js'
import { queryTrade } from './query.js'
import { refundTrade } from './refund.js'
import { queryRefund } from './refund-query.js'

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
