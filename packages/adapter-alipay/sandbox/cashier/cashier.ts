import type { FaultTable } from '../faults/rules.js'
import { formatBeijing, formatYuan } from '../formats.js'
import type { RsaKeyPair } from '../keys.js'
import { signFields } from '../signature.js'
import type { SandboxState } from '../state.js'
import type { PayRequest, Trade } from '../trade/trade.js'
import type { CashierSession } from './sessions.js'

/** Why the buyer may not pay; shown to the buyer, never to the merchant's server. */
export interface Refusal {
  readonly code: string
  readonly message: string
}

const refusalByReason = {
  expired: { code: 'ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR', message: '订单已超时，请重新下单' },
  paid: { code: 'ACQ.TRADE_HAS_SUCCESS', message: '订单已付款成功，请勿重复提交' },
  closed: { code: 'ACQ.TRADE_HAS_CLOSE', message: '交易已经关闭' },
  changed: { code: 'ACQ.CONTEXT_INCONSISTENT', message: '交易信息被篡改' },
  otherBuyer: { code: 'ACQ.TRADE_BUYER_NOT_MATCH', message: '交易买家不匹配' },
} as const satisfies Record<string, Refusal>

/** A used `out_trade_no` may come again only with the same amount, subject and seller. */
const isSameOrder = (request: PayRequest, trade: Trade): boolean =>
  request.totalFen === trade.totalFen && request.subject === trade.subject && request.sellerId === trade.sellerId

interface PayCheck {
  readonly request: PayRequest
  readonly trade: Trade | undefined
  readonly now: number
  /** Known only once he has logged in. */
  readonly buyerId?: string
  /** A fault lets a late payment through. */
  readonly ignoreExpiry?: boolean
}

/** The rules for a number that is used again, and for an order whose time is over. Undefined: the buyer may pay. */
export function payRefusalOf({ request, trade, now, buyerId, ignoreExpiry = false }: PayCheck): Refusal | undefined {
  if (trade?.status === 'TRADE_CLOSED') return refusalByReason.closed
  if (trade && trade.status !== 'WAIT_BUYER_PAY') return refusalByReason.paid
  if (trade && !isSameOrder(request, trade)) return refusalByReason.changed
  if (trade && buyerId !== undefined && trade.buyerId !== buyerId) return refusalByReason.otherBuyer
  const end = trade?.expiresAt ?? request.expiresAt
  return end !== undefined && now >= end && !ignoreExpiry ? refusalByReason.expired : undefined
}

interface ReturnUrlParts {
  readonly keys: RsaKeyPair
  readonly faults: FaultTable
  readonly now: number
}

/**
 * The merchant's `return_url` with Alipay's signed fields; undefined when there is none. It has no `trade_status`: it
 * proves nothing about the payment. The merchant's own query parameters stay in front and are not signed.
 */
function signedReturnUrl({ request }: CashierSession, trade: Trade, parts: ReturnUrlParts): string | undefined {
  const faults = parts.faults.recordCall('cashier_return', { outTradeNo: trade.outTradeNo }).map(({ kind }) => kind)
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

/** The buyer of the sandbox unless another is named. */
const DEFAULT_BUYER_ID = '2088000000000001'

export type CashierResult =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'logged_in'; readonly trade: Trade }
  | { readonly kind: 'paid'; readonly trade: Trade; readonly returnUrl: string | undefined }
  | { readonly kind: 'failed' }
  | { readonly kind: 'quit'; readonly quitUrl: string | undefined }

interface RefusalOptions {
  readonly session: CashierSession
  readonly buyerId: string
  readonly ignoreExpiry: boolean
}

export class Cashier {
  readonly #state: SandboxState

  constructor(state: SandboxState) {
    this.#state = state
  }

  /** The trade of a session's order as it stands now: closed if its time is over, unless a fault forgives that. */
  tradeOf(session: CashierSession, ignoreExpiry = this.#ignoresExpiry(session)): Trade | undefined {
    const trade = this.#state.trades.get(session.request.outTradeNo)
    return trade && !ignoreExpiry ? this.#state.tradeService.closeIfExpired(trade) : trade
  }

  /** Whether the buyer may still pay; also for a page that has been open for long. */
  refusalOf(session: CashierSession, options: Partial<RefusalOptions> = {}): Refusal | undefined {
    const { buyerId, ignoreExpiry = this.#ignoresExpiry(session) } = options
    return payRefusalOf({
      request: session.request,
      trade: this.tradeOf(session, ignoreExpiry),
      now: this.#state.clock.now(),
      ignoreExpiry,
      ...(buyerId === undefined ? {} : { buyerId }),
    })
  }

  /** The H5 way: the trade exists, unpaid, once the buyer has logged in. */
  login(session: CashierSession, buyerId = DEFAULT_BUYER_ID): CashierResult {
    const refusal = this.refusalOf(session, { buyerId })
    return refusal
      ? { kind: 'refused', refusal }
      : { kind: 'logged_in', trade: this.#findOrCreateTrade(session, buyerId) }
  }

  pay(session: CashierSession, buyerId = DEFAULT_BUYER_ID): CashierResult {
    const { faults, keys, clock } = this.#state
    const ignoreExpiry = this.#ignoresExpiry(session)
    const kinds = faults.recordCall('cashier', { outTradeNo: session.request.outTradeNo }).map(({ kind }) => kind)
    const refusal = this.refusalOf(session, { buyerId, ignoreExpiry })
    if (refusal) return { kind: 'refused', refusal }
    if (kinds.includes('pay_fails')) return this.fail(session, buyerId)
    const trade = this.#state.tradeService.pay(this.#findOrCreateTrade(session, buyerId, ignoreExpiry))
    if (kinds.includes('double_pay')) this.#payOtherAttempts(session, buyerId)
    const returnUrl = signedReturnUrl(session, trade, { keys: keys.alipay, faults, now: clock.now() })
    return { kind: 'paid', trade, returnUrl }
  }

  /** The buyer logs in, and his payment is refused: the trade keeps waiting. */
  fail(session: CashierSession, buyerId = DEFAULT_BUYER_ID): CashierResult {
    const login = this.login(session, buyerId)
    return login.kind === 'refused' ? login : { kind: 'failed' }
  }

  /** Changes nothing. */
  quit({ request }: CashierSession): CashierResult {
    return { kind: 'quit', quitUrl: request.quitUrl }
  }

  #findOrCreateTrade(session: CashierSession, buyerId: string, ignoreExpiry?: boolean): Trade {
    return this.tradeOf(session, ignoreExpiry) ?? this.#state.tradeService.create(session.request, buyerId)
  }

  #ignoresExpiry({ request }: CashierSession): boolean {
    return this.#state.faults.wouldHit('cashier', 'pay_after_expiry', { outTradeNo: request.outTradeNo })
  }

  /** The session itself is refused by now, its order being paid. */
  #payOtherAttempts({ request }: CashierSession, buyerId: string): void {
    for (const session of this.#state.sessions.list()) {
      const other = session.request
      if (other.subject !== request.subject || other.totalFen !== request.totalFen) continue
      if (!this.refusalOf(session, { buyerId })) this.#state.tradeService.pay(this.#findOrCreateTrade(session, buyerId))
    }
  }
}
