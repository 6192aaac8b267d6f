import type { SandboxClock } from '../clock.js'
import { newSessionId } from '../identifiers.js'
import type { BillEntry } from './entries.js'

/** A download address lives this long (Alipay's document: 30 s). */
const ADDRESS_LIFETIME_MS = 30_000

/** A bill as it was when its address was asked for. */
export interface IssuedBill {
  readonly day: string
  readonly entries: readonly BillEntry[]
}

/** The addresses of bills that were handed out. */
export class BillAddresses {
  readonly #clock: SandboxClock
  readonly #issued = new Map<string, IssuedBill & { readonly expiresAt: number }>()

  constructor(clock: SandboxClock) {
    this.#clock = clock
  }

  issue(bill: IssuedBill): string {
    this.#removeExpired()
    const token = newSessionId()
    this.#issued.set(token, { ...bill, expiresAt: this.#clock.now() + ADDRESS_LIFETIME_MS })
    return token
  }

  /** The bill at this address; undefined when it was never handed out, or too long ago. */
  find(token: string): IssuedBill | undefined {
    this.#removeExpired()
    return this.#issued.get(token)
  }

  clear(): void {
    this.#issued.clear()
  }

  #removeExpired(): void {
    const now = this.#clock.now()
    for (const [token, { expiresAt }] of this.#issued) if (expiresAt <= now) this.#issued.delete(token)
  }
}
