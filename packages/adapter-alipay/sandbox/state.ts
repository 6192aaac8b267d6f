import type { BillAddresses } from './bill/addresses.js'
import type { SessionStore } from './cashier/sessions.js'
import type { SandboxClock } from './clock.js'
import type { FaultTable } from './faults/rules.js'
import type { RequestLog, SentAnswerHistory } from './history.js'
import type { CertificateSns, SandboxCertificates, SandboxKeys } from './keys.js'
import type { Notifier } from './notify/notifier.js'
import type { TradeStore } from './trade/trade.js'
import type { TradeService } from './trade/trade-service.js'

/** What every part of one sandbox works on. */
export interface SandboxState {
  readonly appId: string
  readonly sellerId: string
  /** Only the public half of the merchant's key is used. */
  readonly keys: Pick<SandboxKeys, 'alipay'> & { readonly merchant: Pick<SandboxKeys['merchant'], 'publicKey'> }
  /** Present in certificate mode: the numbers a request has to carry and an answer carries. */
  readonly certificateSns?: CertificateSns
  /** How far a request's `timestamp` may be off; undefined: its form alone is checked. */
  readonly timestampToleranceMs?: number
  /** Opens the control routes; null: there are none. */
  readonly controlToken: string | null
  /** Whether refusals of the gateway itself are signed; Alipay's are not. */
  readonly signsRefusals: boolean
  readonly clock: SandboxClock
  readonly trades: TradeStore
  readonly tradeService: TradeService
  readonly sessions: SessionStore
  readonly notifier: Notifier
  readonly faults: FaultTable
  readonly requestLog: RequestLog
  readonly sentAnswers: SentAnswerHistory
  readonly billAddresses: BillAddresses
}

/** How a sandbox is set up. Everything has a default. */
export interface AlipaySandboxOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default `127.0.0.1`. Another than a loopback address is refused unless `allowRemote` is set. */
  readonly host?: string
  /** Anybody who reaches the sandbox can pay any order, so it listens on loopback only unless told otherwise. */
  readonly allowRemote?: boolean
  readonly appId?: string
  readonly sellerId?: string
  /** The merchant's own public key (PEM or bare base64). Without it a pair is made and handed out. */
  readonly merchantPublicKey?: string
  /** Pairs to use instead of new ones, see `generateSandboxKeys`. */
  readonly keys?: Partial<SandboxKeys>
  /** Certificate mode: a certificate authority of its own, and requests have to carry the certificates' numbers. */
  readonly certificates?: boolean
  /** Default: the machine's clock. */
  readonly clock?: SandboxClock
  /** Multiplies the waits between notification attempts (4 minutes and more). Default 1; the demo uses 1/60. */
  readonly notifyTimeScale?: number
  /**
   * How long the merchant may take to answer a notification, in real ms. Default 5000 (Alipay's own is not documented).
   */
  readonly notifyAnswerTimeoutMs?: number
  /** How far a request's `timestamp` may be off. Default: unchecked (Alipay's own tolerance is not documented). */
  readonly timestampToleranceMs?: number
  /**
   * Opens `/control/…` over HTTP to callers that send this as a bearer token, for tests in other languages. At least 16
   * characters. Default: no such routes.
   */
  readonly controlToken?: string
  /** Signs refusals of the gateway itself, such as 40002. Default false, as Alipay does. */
  readonly signsRefusals?: boolean
  /**
   * How many requests and finished notifications stay readable, each. Default 1000. Trades are kept until `reset()`.
   */
  readonly historyLimit?: number
}

/** The settings a merchant needs to talk to this sandbox. */
export interface SandboxMerchant {
  readonly appId: string
  readonly sellerId: string
  /** The gateway's address, for `alipay-sdk`'s `gateway`. */
  readonly gateway: string
  /** PKCS8 PEM (`keyType: 'PKCS8'`); empty when only the merchant's public key was given. */
  readonly privateKey: string
  /** SPKI PEM. */
  readonly alipayPublicKey: string
  /** PEM texts, in certificate mode. */
  readonly certificates?: SandboxCertificates
}

const LOOPBACK_PATTERN = /^(?:localhost|::1|127(?:\.\d{1,3}){3})$/

/** Throws unless the host is a loopback address or remote access was allowed in so many words. */
export function checkHost(host: string, allowRemote: boolean): string {
  if (LOOPBACK_PATTERN.test(host) || allowRemote) return host
  throw new Error(`the Alipay sandbox listens on loopback only; ${host} needs allowRemote: true`)
}
