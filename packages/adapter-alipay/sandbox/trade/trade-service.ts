import type { CancelTimer, SandboxClock } from '../clock.js'
import type { FaultTable } from '../faults/rules.js'
import { newTradeNo } from '../identifiers.js'
import type { Notifier } from '../notify/notifier.js'
import type { PayRequest } from '../trade/trade.js'
import {
  closedTrade,
  finishedTrade,
  paidTrade,
  type Refund,
  refundedTrade,
  type Trade,
  type TradeStore,
} from './trade.js'

interface TradeServiceParts {
  readonly clock: SandboxClock
  readonly trades: TradeStore
  readonly notifier: Notifier
  readonly faults: FaultTable
}

/**
 * Everything that happens to a trade: the change is stored first, then notified. Callers run without a pause, so no two
 * changes of one trade meet.
 */
export class TradeService {
  readonly #parts: TradeServiceParts
  readonly #expiries = new Map<string, CancelTimer>()

  constructor(parts: TradeServiceParts) {
    this.#parts = parts
  }

  /** The buyer confirmed in the cashier: the trade exists from now on. */
  create(request: PayRequest, buyerId: string): Trade {
    const createdAt = this.#parts.clock.now()
    const { method: payMethod, quitUrl: _quit, returnUrl: _return, expiryFor, ...order } = request
    const expiresAt = request.expiresAt ?? expiryFor(createdAt)
    const trade = this.#parts.trades.save({
      ...order,
      payMethod,
      tradeNo: newTradeNo(createdAt),
      buyerId,
      status: 'WAIT_BUYER_PAY',
      refundedFen: 0,
      refunds: [],
      createdAt,
      expiresAt,
    })
    this.#scheduleExpiry(trade)
    return trade
  }

  pay(trade: Trade): Trade {
    this.#cancelExpiry(trade)
    return this.#saveAndNotify(paidTrade(trade, this.#parts.clock.now()), 'paid')
  }

  /** Closed by the merchant or by its time. */
  close(trade: Trade, notifyUrl = trade.notifyUrl): Trade {
    this.#cancelExpiry(trade)
    return this.#saveAndNotify(closedTrade(trade, this.#parts.clock.now()), 'closed', notifyUrl)
  }

  finish(trade: Trade): Trade {
    return this.#saveAndNotify(finishedTrade(trade), 'finished')
  }

  refund(trade: Trade, request: Omit<Refund, 'at'>): Trade {
    const refund = { ...request, at: this.#parts.clock.now() }
    const refunded = this.#parts.trades.save(refundedTrade(trade, refund))
    this.#parts.notifier.enqueue({ event: 'refunded', trade: refunded, refund }, trade.notifyUrl)
    return refunded
  }

  /** Closes an unpaid trade whose time is over; every reader of a trade calls this first. */
  closeIfExpired(trade: Trade): Trade {
    if (trade.status !== 'WAIT_BUYER_PAY' || this.#parts.clock.now() < trade.expiresAt) return trade
    if (this.#parts.faults.wouldHit('cashier', 'pay_after_expiry', { outTradeNo: trade.outTradeNo })) return trade
    return this.close(trade)
  }

  clear(): void {
    for (const cancel of this.#expiries.values()) cancel()
    this.#expiries.clear()
  }

  #saveAndNotify(trade: Trade, event: 'paid' | 'closed' | 'finished', notifyUrl = trade.notifyUrl): Trade {
    this.#parts.trades.save(trade)
    this.#parts.notifier.enqueue({ event, trade }, notifyUrl)
    return trade
  }

  #scheduleExpiry({ outTradeNo, expiresAt }: Trade): void {
    const { clock, trades } = this.#parts
    const expire = () => {
      const trade = trades.get(outTradeNo)
      if (trade) this.closeIfExpired(trade)
    }
    this.#expiries.set(outTradeNo, clock.setTimeout(expire, expiresAt - clock.now()))
  }

  #cancelExpiry({ outTradeNo }: Trade): void {
    this.#expiries.get(outTradeNo)?.()
    this.#expiries.delete(outTradeNo)
  }
}
