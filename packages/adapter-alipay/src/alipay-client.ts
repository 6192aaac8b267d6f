import { AsyncLocalStorage } from 'node:async_hooks'
import { type KeyObject, verify } from 'node:crypto'
import { AlipayRequestError, AlipaySdk } from 'alipay-sdk'
import type { CheckedSettings } from './alipay-settings.js'
import { writeBeijingTime } from './alipay-time.js'
import { splitRequest } from './split-request.js'

/** A verified answer. `fields` are Alipay's own names; `body` is the text as it came. */
export interface AlipayAnswer {
  readonly kind: 'answer'
  readonly code: string
  readonly subCode: string
  readonly fields: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

/** `body` is what came, verified or not. */
export type CallOutcome =
  | AlipayAnswer
  | { readonly kind: 'unknown'; readonly reason: string; readonly body?: Uint8Array }

/** One Alipay app: signs pages, makes checked calls, verifies notifications. */
export interface AlipayClient {
  /** Outcome: a verified answer, whatever its code; `unknown` for everything else. Never throws. */
  call(method: string, bizContent: Readonly<Record<string, string>>): Promise<CallOutcome>
  /** The address of a page method: signed, nothing is called. */
  page(method: string, bizContent: Readonly<Record<string, string>>, addresses: PageAddresses): string
  verifyNotify(fields: Readonly<Record<string, string>>): boolean
  /** RSA2 over bytes as they are. Never throws. */
  verifyBytes(content: Uint8Array, sign: string): boolean
  /** Number of the certificate that Alipay is believed by; null without certificates. */
  readonly alipayCertSn: string | null
}

export interface PageAddresses {
  readonly notifyUrl: string
  readonly returnUrl: string | null
}

/** Null for what is no base64: Node passes over it, so that a signature that was cut off, or written into, would still hold. */
function readBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : null
}

/** The SDK hands out an answer parsed; this keeps the text that was verified, one for each call in progress. */
const rawAnswer = new AsyncLocalStorage<{ text: string }>()

class CheckingSdk extends AlipaySdk {
  /** The keys that are believed, at least one. */
  believed: readonly KeyObject[] = []

  override checkResponseSign(text: string, responseKey: string, sign: string, traceId: string): void {
    const call = rawAnswer.getStore()
    if (call !== undefined) call.text = text
    let failure: unknown
    for (const key of this.believed) {
      try {
        this.believe(key)
        super.checkResponseSign(text, responseKey, sign, traceId)
        return
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  /** The SDK passes its keys straight to node:crypto. As text they are parsed anew each time: 6 times slower to verify. */
  believe(alipayPublicKey: KeyObject): void {
    Object.assign(this.config, { alipayPublicKey })
  }
}

export function createAlipayClient(settings: CheckedSettings, now: () => number): AlipayClient {
  const sdk = createSdk(settings)
  const { believed } = sdk
  return {
    async call(method, bizContent) {
      const raw = { text: '' }
      const params = { bizContent: { ...bizContent }, timestamp: writeBeijingTime(now()) }
      try {
        const exec = rawAnswer.run(raw, () => sdk.exec(method, params, { validateSign: true }))
        return answerOf(await withinDeadline(exec, settings.deadlineMs), raw.text)
      } catch (error) {
        return { kind: 'unknown', reason: reasonOf(error), ...bodyOf(raw.text || rawOf(error)) }
      }
    },
    page(method, bizContent, { notifyUrl, returnUrl }) {
      const timestamp = writeBeijingTime(now())
      // An empty or undefined parameter would break the signature, so an absent address is left out.
      const addresses = returnUrl === null ? { notifyUrl } : { notifyUrl, returnUrl }
      return sdk.pageExecute(method, 'GET', { bizContent: { ...bizContent }, ...addresses, timestamp })
    },
    verifyNotify: (fields) =>
      readBase64(fields.sign ?? '') !== null &&
      believed.some((key) => {
        sdk.believe(key)
        return sdk.checkNotifySignV2(fields)
      }),
    alipayCertSn: sdk.config.alipayCertSn ?? null,
    verifyBytes(content, sign) {
      const signature = readBase64(sign)
      return signature !== null && believed.some((key) => verify('RSA-SHA256', content, key, signature))
    },
  }
}

function createSdk(settings: CheckedSettings): CheckingSdk {
  const { certificates, alipayPublicKey, otherAlipayPublicKey } = settings
  const sdk = new CheckingSdk({
    appId: settings.appId,
    privateKey: settings.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    keyType: 'PKCS8',
    gateway: settings.gateway,
    timeout: settings.timeoutMs,
    camelcase: false,
    ...(certificates === null
      ? { alipayPublicKey: settings.alipayPublicKey.export({ type: 'spki', format: 'pem' }).toString() }
      : {
          appCertContent: certificates.appCert,
          alipayPublicCertContent: certificates.alipayPublicCert,
          alipayRootCertContent: certificates.alipayRootCert,
        }),
  })
  // As text it would be parsed anew for each signature: 3 times slower.
  Object.assign(sdk.config, { privateKey: settings.privateKey })
  // The SDK's own writes the whole address anew for each field: a tenth of the time of a pay link. Were it called otherwise, it would be as slow.
  Object.assign(sdk, { formatUrl: splitRequest })
  sdk.believed = otherAlipayPublicKey === null ? [alipayPublicKey] : [alipayPublicKey, otherAlipayPublicKey]
  sdk.believe(alipayPublicKey)
  return sdk
}

/** What the SDK keeps of an answer that it could not use. */
const rawOf = (error: unknown): string =>
  error instanceof AlipayRequestError && typeof error.responseDataRaw === 'string' ? error.responseDataRaw : ''

const bodyOf = (text: string) => (text === '' ? {} : { body: new TextEncoder().encode(text) })

function answerOf(result: object, text: string): AlipayAnswer {
  const fields = stringFields(result)
  const { code = '', sub_code: subCode = '' } = fields
  return { kind: 'answer', code, subCode, fields, body: new TextEncoder().encode(text) }
}

function stringFields(result: object): Record<string, string | undefined> {
  const entries = Object.entries(result).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(entries)
}

/** The SDK's time-out runs anew for each piece of an answer; this one is for the whole call. */
async function withinDeadline<Result>(call: Promise<Result>, deadlineMs: number): Promise<Result> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs)
  try {
    return await Promise.race([call, late.promise])
  } finally {
    clearTimeout(timer)
    call.catch(() => {})
  }
}

/** The SDK's messages quote the whole answer, buyer and all: a log gets the kind of failure only. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'call failed'
  if (error.message.includes('验签')) return 'signature of the answer does not verify'
  if (error.message.includes('格式错误')) return 'answer cannot be read'
  const status = /status: (\d{3})/.exec(error.message)
  if (status !== null) return `HTTP status ${status[1]}`
  const cause = error.cause
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
  return error.message.startsWith('no answer') ? error.message : `call failed ${code || error.name}`.trim()
}
