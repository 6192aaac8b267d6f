import type { BillAddresses } from './bill/bill-addresses.js'
import type { SessionBook } from './cashier/sessions.js'
import type { CertificateNumbers } from './certificate-numbers.js'
import type { SandboxClock } from './clock.js'
import type { FaultTable } from './faults/rules.js'
import type { AnswerMemory } from './gateway/answer-memory.js'
import type { SandboxKeys } from './keys.js'
import type { Notifier } from './notify/notifier.js'
import type { RequestLog } from './request-log.js'
import type { TradeBook } from './trade/trade-book.js'
import type { TradeDesk } from './trade/trade-desk.js'

/** What every part of one sandbox works on. */
export interface SandboxState {
  readonly appId: string
  readonly sellerId: string
  /** Only the public half of the merchant's key is used. */
  readonly keys: Pick<SandboxKeys, 'alipay'> & { readonly merchant: Pick<SandboxKeys['merchant'], 'publicKey'> }
  /** Present in certificate mode: the numbers a request has to carry and an answer carries. */
  readonly certificateNumbers?: CertificateNumbers
  /** How far a request's `timestamp` may be off; undefined: its form alone is checked. */
  readonly timestampToleranceMs?: number
  readonly clock: SandboxClock
  readonly trades: TradeBook
  readonly desk: TradeDesk
  readonly sessions: SessionBook
  readonly notifier: Notifier
  readonly faults: FaultTable
  readonly log: RequestLog
  readonly answers: AnswerMemory
  readonly billAddresses: BillAddresses
}
