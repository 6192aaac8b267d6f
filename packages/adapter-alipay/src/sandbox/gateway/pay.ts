import { refusalOf } from '../cashier/admission.js'
import type { PageMethod } from './method.js'
import { readPayRequest } from './read-pay-request.js'

/** `alipay.trade.wap.pay` and `alipay.trade.page.pay`: opens a cashier session. No trade exists until the buyer confirms. */
export const openCashier: PageMethod = (call) => {
  const { state } = call
  const request = readPayRequest(call)
  if ('subCode' in request) return { kind: 'refusal_page', failure: request }
  const known = state.trades.get(request.outTradeNo)
  const trade = known && state.desk.upToDate(known)
  const refusal = refusalOf({ request, trade, now: state.clock.now() })
  if (refusal) {
    return { kind: 'refusal_page', failure: { code: '40004', subCode: refusal.code, subMessage: refusal.message } }
  }
  return { kind: 'redirect', location: `/cashier/${state.sessions.open(request).id}` }
}
