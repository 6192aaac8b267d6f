import { formatBeijing } from '../beijing-time.js'
import type { FaultTable } from '../faults/rules.js'
import { formatYuan } from '../fen.js'
import type { RsaKeyPair } from '../keys.js'
import { signFields } from '../signature.js'
import type { Trade } from '../trade/trade.js'
import type { CashierSession } from './sessions.js'

export interface ReturnParts {
  readonly keys: RsaKeyPair
  readonly faults: FaultTable
  readonly now: number
}

/**
 * The merchant's `return_url` with Alipay's signed fields; undefined when there is none. It has no `trade_status`: it proves
 * nothing about the payment. The merchant's own query parameters stay in front and are not signed.
 */
export function returnAddress({ request }: CashierSession, trade: Trade, parts: ReturnParts): string | undefined {
  const faults = parts.faults.take('cashier_return', { outTradeNo: trade.outTradeNo }).map(({ kind }) => kind)
  if (request.returnUrl === undefined || faults.includes('never_return')) return undefined
  const fields = signFields(
    {
      charset: 'utf-8',
      out_trade_no: trade.outTradeNo,
      method: `${request.method}.return`,
      total_amount: formatYuan(trade.totalFen),
      trade_no: trade.tradeNo,
      auth_app_id: trade.appId,
      version: '1.0',
      app_id: trade.appId,
      sign_type: 'RSA2',
      seller_id: trade.sellerId,
      timestamp: formatBeijing(parts.now),
    },
    parts.keys.privateKey,
  )
  const address = new URL(request.returnUrl)
  for (const [name, value] of Object.entries(fields)) address.searchParams.append(name, value)
  if (faults.includes('return_bad_sign')) address.searchParams.set('sign', `AAAA${fields.sign?.slice(4)}`)
  if (faults.includes('return_tampered_amount')) {
    address.searchParams.set('total_amount', formatYuan(trade.totalFen + 1))
  }
  return address.href
}
