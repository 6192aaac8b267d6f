import type { SandboxState } from '../state.js'
import type { Trade } from '../trade/trade.js'
import { type Refusal, refusalOf } from './admission.js'
import { returnAddress } from './return-address.js'
import type { CashierSession } from './sessions.js'

/** The buyer of the sandbox unless another is named. */
export const DEFAULT_BUYER_ID = '2088000000000001'

/** What came of a button. */
export type CashierResult =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'logged_in'; readonly trade: Trade }
  | { readonly kind: 'paid'; readonly trade: Trade; readonly returnUrl: string | undefined }
  | { readonly kind: 'failed' }
  | { readonly kind: 'quit'; readonly quitUrl: string | undefined }

interface Visit {
  readonly session: CashierSession
  readonly buyerId: string
  readonly ignoreExpiry: boolean
}

/** What the buttons of the cashier do. */
export class Cashier {
  readonly #state: SandboxState

  constructor(state: SandboxState) {
    this.#state = state
  }

  /** The trade of a session's order as it stands now: closed if its time is over, unless a fault forgives that. */
  tradeOf(session: CashierSession, ignoreExpiry = this.#forgivesExpiry(session)): Trade | undefined {
    const trade = this.#state.trades.get(session.request.outTradeNo)
    return trade && !ignoreExpiry ? this.#state.desk.upToDate(trade) : trade
  }

  /** Whether the buyer may still pay; also for a page that has been open for long. */
  refusal(session: CashierSession, visit: Partial<Visit> = {}): Refusal | undefined {
    const { buyerId, ignoreExpiry = this.#forgivesExpiry(session) } = visit
    return refusalOf({
      request: session.request,
      trade: this.tradeOf(session, ignoreExpiry),
      now: this.#state.clock.now(),
      ignoreExpiry,
      ...(buyerId === undefined ? {} : { buyerId }),
    })
  }

  /** The H5 way: the trade exists, unpaid, once the buyer has logged in. */
  login(session: CashierSession, buyerId = DEFAULT_BUYER_ID): CashierResult {
    const refusal = this.refusal(session, { buyerId })
    return refusal ? { kind: 'refused', refusal } : { kind: 'logged_in', trade: this.#enter(session, buyerId) }
  }

  pay(session: CashierSession, buyerId = DEFAULT_BUYER_ID): CashierResult {
    const { faults, keys, clock } = this.#state
    const ignoreExpiry = this.#forgivesExpiry(session)
    const kinds = faults.take('cashier', { outTradeNo: session.request.outTradeNo }).map(({ kind }) => kind)
    const refusal = this.refusal(session, { buyerId, ignoreExpiry })
    if (refusal) return { kind: 'refused', refusal }
    if (kinds.includes('pay_fails')) return this.fail(session, buyerId)
    const trade = this.#state.desk.pay(this.#enter(session, buyerId, ignoreExpiry))
    if (kinds.includes('double_pay')) this.#payTwins(session, buyerId)
    const returnUrl = returnAddress(session, trade, { keys: keys.alipay, faults, now: clock.now() })
    return { kind: 'paid', trade, returnUrl }
  }

  /** The buyer logs in, and his payment is refused: the trade goes on waiting. */
  fail(session: CashierSession, buyerId = DEFAULT_BUYER_ID): CashierResult {
    const entered = this.login(session, buyerId)
    return entered.kind === 'refused' ? entered : { kind: 'failed' }
  }

  /** Changes nothing. */
  quit({ request }: CashierSession): CashierResult {
    return { kind: 'quit', quitUrl: request.quitUrl }
  }

  #enter(session: CashierSession, buyerId: string, ignoreExpiry?: boolean): Trade {
    return this.tradeOf(session, ignoreExpiry) ?? this.#state.desk.create(session.request, buyerId)
  }

  #forgivesExpiry({ request }: CashierSession): boolean {
    return this.#state.faults.awaits('cashier', 'pay_after_expiry', { outTradeNo: request.outTradeNo })
  }

  /** The session itself is refused by now, its order being paid. */
  #payTwins({ request }: CashierSession, buyerId: string): void {
    for (const twin of this.#state.sessions.list()) {
      const other = twin.request
      if (other.subject !== request.subject || other.totalFen !== request.totalFen) continue
      if (!this.refusal(twin, { buyerId })) this.#state.desk.pay(this.#enter(twin, buyerId))
    }
  }
}
