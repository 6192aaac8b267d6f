import { newSessionId } from '../identifiers.js'
import type { PayRequest } from '../trade/trade.js'

/** One opened pay page. It is not a trade: that comes when the buyer confirms. */
export interface CashierSession {
  readonly id: string
  readonly request: PayRequest
}

/** Opened pay pages. The oldest are forgotten beyond the limit. */
export class SessionStore {
  readonly #sessions = new Map<string, CashierSession>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  open(request: PayRequest): CashierSession {
    const session = { id: newSessionId(), request }
    this.#sessions.set(session.id, session)
    for (const oldest of this.#sessions.keys()) {
      if (this.#sessions.size <= this.#limit) break
      this.#sessions.delete(oldest)
    }
    return session
  }

  get(id: string): CashierSession | undefined {
    return this.#sessions.get(id)
  }

  list(): readonly CashierSession[] {
    return [...this.#sessions.values()]
  }

  /** Moves the end of every session of this order to `at`. */
  expire(outTradeNo: string, at: number): void {
    for (const session of this.#sessions.values()) {
      if (session.request.outTradeNo !== outTradeNo) continue
      this.#sessions.set(session.id, { ...session, request: { ...session.request, expiresAt: at } })
    }
  }

  clear(): void {
    this.#sessions.clear()
  }
}
