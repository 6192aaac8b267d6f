import type { KeyObject } from 'node:crypto'
import { BillAddresses } from './bill/addresses.js'
import { type SandboxBuyer, sandboxBuyer } from './buyer.js'
import { SessionStore } from './cashier/sessions.js'
import { realClock } from './clock.js'
import { createControl, resetState, type SandboxControl } from './control.js'
import { type FaultHandle, type FaultRule, FaultTable } from './faults/rules.js'
import { type LoggedRequest, RequestLog, SentAnswerHistory } from './history.js'
import {
  certSnOf,
  generateRsaKeyPair,
  issueCertificates,
  parsePublicKey,
  privateKeyPem,
  publicKeyPem,
  type RsaKeyPair,
  type SandboxCertificates,
} from './keys.js'
import { Notifier, type NotifyAttempt, type SandboxNotification } from './notify/notifier.js'
import { closeServer, listen } from './server.js'
import { type SignNotifyOptions, signNotify } from './signature.js'
import { type AlipaySandboxOptions, checkHost, type SandboxMerchant, type SandboxState } from './state.js'
import { type Trade, TradeStore } from './trade/trade.js'
import { TradeService } from './trade/trade-service.js'

/** A running local Alipay. */
export interface AlipaySandbox extends SandboxControl {
  /** `http://127.0.0.1:port`. */
  readonly url: string
  readonly merchant: SandboxMerchant
  /** The trades as Alipay keeps them; the objects never change. */
  readonly trades: { get(outTradeNo: string): Trade | undefined; list(): readonly Trade[] }
  readonly buyer: SandboxBuyer
  /** Makes something go wrong from now on. */
  fault(rule: FaultRule): FaultHandle
  /** Takes all faults out. */
  clearFaults(): void
  /** Notifications, oldest first, with every attempt. */
  notifications(): readonly SandboxNotification[]
  /** Sends a notification once more, now. */
  redeliver(notifyId: string): Promise<NotifyAttempt>
  /** A signed notification body of one's own making. */
  signNotify(fields: Readonly<Record<string, string | undefined>>, options?: SignNotifyOptions): string
  /** The newest requests to the gateway, as they came in. */
  requests(): readonly LoggedRequest[]
  /** Resolves when no notification attempt is under way. Retries that wait for their time do not count. */
  settled(): Promise<void>
  /** Forgets trades, sessions, notifications, requests and faults; keys and address stay. */
  reset(): void
  /** Ends every connection and timer. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Pay pages that stay open at once. */
const MAX_SESSIONS = 10_000

interface MerchantKeys {
  readonly publicKey: KeyObject
  readonly privateKey?: KeyObject
}

async function merchantKeys({ keys, merchantPublicKey }: AlipaySandboxOptions): Promise<MerchantKeys> {
  if (merchantPublicKey !== undefined) return { publicKey: parsePublicKey(merchantPublicKey) }
  return keys?.merchant ?? generateRsaKeyPair()
}

interface MerchantAndAlipayKeys {
  readonly merchant: MerchantKeys
  readonly alipay: RsaKeyPair
  readonly certificates: SandboxCertificates | undefined
}

async function createIdentity(options: AlipaySandboxOptions): Promise<MerchantAndAlipayKeys> {
  const [merchant, alipay] = await Promise.all([merchantKeys(options), options.keys?.alipay ?? generateRsaKeyPair()])
  const certificates = options.certificates
    ? await issueCertificates({ merchant: merchant.publicKey, alipay: alipay.publicKey })
    : undefined
  return { merchant, alipay, certificates }
}

const certSnsOf = ({ appCert, alipayPublicCert, alipayRootCert }: SandboxCertificates) => ({
  appCertSn: certSnOf(appCert),
  alipayCertSn: certSnOf(alipayPublicCert),
  alipayRootCertSn: certSnOf(alipayRootCert),
})

function createState(
  options: AlipaySandboxOptions,
  { merchant, alipay, certificates }: MerchantAndAlipayKeys,
): SandboxState {
  const { clock = realClock, historyLimit = 1000, timestampToleranceMs } = options
  const faults = new FaultTable()
  const trades = new TradeStore()
  const notifier = new Notifier({
    clock,
    faults,
    historyLimit,
    keys: alipay,
    timeScale: options.notifyTimeScale ?? 1,
    answerTimeoutMs: options.notifyAnswerTimeoutMs ?? 5000,
  })
  return {
    appId: options.appId ?? '2021000000000001',
    sellerId: options.sellerId ?? '2088000000000002',
    keys: { alipay, merchant },
    ...(certificates ? { certificateSns: certSnsOf(certificates) } : {}),
    ...(timestampToleranceMs === undefined ? {} : { timestampToleranceMs }),
    controlToken: checkToken(options.controlToken),
    signsRefusals: options.signsRefusals ?? false,
    clock,
    trades,
    tradeService: new TradeService({ clock, trades, notifier, faults }),
    sessions: new SessionStore(MAX_SESSIONS),
    notifier,
    faults,
    requestLog: new RequestLog(historyLimit),
    sentAnswers: new SentAnswerHistory(20),
    billAddresses: new BillAddresses(clock),
  }
}

function merchantSettings(
  state: SandboxState,
  { merchant, alipay, certificates }: MerchantAndAlipayKeys,
  url: string,
): SandboxMerchant {
  return {
    appId: state.appId,
    sellerId: state.sellerId,
    gateway: `${url}/gateway.do`,
    privateKey: merchant.privateKey ? privateKeyPem(merchant.privateKey) : '',
    alipayPublicKey: publicKeyPem(alipay.publicKey),
    ...(certificates ? { certificates } : {}),
  }
}

function checkToken(token: string | undefined): string | null {
  if (token !== undefined && token.length < 16) throw new Error('the control token has fewer than 16 characters')
  return token ?? null
}

/**
 * Starts a local Alipay: gateway, cashier and notifications over real HTTP with real RSA2 signatures, for the
 * unmodified `alipay-sdk`. Throws when the host is not a loopback address (see `allowRemote`) or the port is taken.
 */
export async function startAlipaySandbox(options: AlipaySandboxOptions = {}): Promise<AlipaySandbox> {
  const host = checkHost(options.host ?? '127.0.0.1', options.allowRemote ?? false)
  const identity = await createIdentity(options)
  const state = createState(options, identity)
  const { server, url } = await listen(state, host, options.port ?? 0)
  const stop = async () => {
    resetState(state)
    await closeServer(server)
  }
  return {
    ...createControl(state),
    url,
    merchant: merchantSettings(state, identity, url),
    trades: { get: (outTradeNo) => state.trades.get(outTradeNo), list: () => state.trades.list() },
    buyer: sandboxBuyer,
    fault: (rule) => state.faults.add(rule),
    clearFaults: () => state.faults.clear(),
    notifications: () => state.notifier.list(),
    redeliver: (notifyId) => state.notifier.redeliver(notifyId),
    signNotify: (fields, signOptions) => signNotify(state, fields, signOptions),
    requests: () => state.requestLog.list(),
    settled: () => state.notifier.settled(),
    reset: () => resetState(state),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
