import { type KeyObject, verify } from 'node:crypto'
import { type CallbackUrls, FetchFailure, fetchLimited } from '@coursepay/core/ports'
import { AlipaySdk } from 'alipay-sdk'
import { epochMsToBeijingTime } from '../formats.js'
import type { CheckedSettings } from '../settings/alipay-settings.js'
import { splitAnswer, textFieldsOfJson } from './answer-text.js'
import { splitRequest } from './split-request.js'

/**
 * A verified answer. `fields` are read from exactly the text that Alipay signed; `body` is the whole answer as it came.
 */
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

/** One Alipay app: signs pages, makes checked calls, verifies signatures. */
export interface AlipayClient {
  /** Outcome: a verified answer, whatever its code; `unknown` for everything else. Never throws. */
  call(method: string, bizContent: Readonly<Record<string, string>>): Promise<CallOutcome>
  /** The address of a page method: signed, nothing is called. */
  signPageUrl(method: string, bizContent: Readonly<Record<string, string>>, addresses: CallbackUrls): string
  /** RSA2 over bytes as they are, by any of the trusted keys. Never throws. */
  verifySignature(content: Uint8Array, sign: string): boolean
  /** Number of the trusted certificate of Alipay's; null without certificates. */
  readonly alipayCertSn: string | null
}

/** An answer takes some 2 kB; a query with every option, some 20 kB. */
const MAX_ANSWER_BYTES = 262_144

export function createAlipayClient(settings: CheckedSettings, now: () => number): AlipayClient {
  const sdk = createSdk(settings)
  const { alipayPublicKey, otherAlipayPublicKey } = settings
  const trustedKeys = otherAlipayPublicKey === null ? [alipayPublicKey] : [alipayPublicKey, otherAlipayPublicKey]
  const limits = { timeoutMs: settings.timeoutMs, maxBytes: MAX_ANSWER_BYTES }
  return {
    async call(method, bizContent) {
      const params = { bizContent: { ...bizContent }, timestamp: epochMsToBeijingTime(now()) }
      const signed = sdk.sdkExecute(method, params, { bizContentAutoSnakeCase: false })
      const { url, execParams } = splitRequest(settings.gateway, Object.fromEntries(new URLSearchParams(signed)))
      const request = {
        method: 'POST',
        headers: FORM_HEADERS,
        body: new URLSearchParams(execParams).toString(),
      } as const
      try {
        const { status, bytes: body } = await fetchLimited(url, { ...request, ...limits })
        const read = status === 200 ? readAnswer(method, body, trustedKeys) : unknownOutcome(`HTTP status ${status}`)
        return body.length === 0 ? read : { ...read, body }
      } catch (error) {
        return unknownOutcome(failureReasonOf(error))
      }
    },
    signPageUrl(method, bizContent, { notifyUrl, returnUrl }) {
      const timestamp = epochMsToBeijingTime(now())
      // An empty or undefined parameter would break the signature, so an absent address is left out.
      const addresses = returnUrl === null ? { notifyUrl } : { notifyUrl, returnUrl }
      return sdk.pageExecute(method, 'GET', { bizContent: { ...bizContent }, ...addresses, timestamp })
    },
    alipayCertSn: sdk.config.alipayCertSn ?? null,
    verifySignature: (content, sign) => hasTrustedSignature(content, sign, trustedKeys),
  }
}

/**
 * Signs only: calls, answers and notifications are read here, since the SDK verifies one text and hands out another.
 */
function createSdk(settings: CheckedSettings): AlipaySdk {
  const { certificates } = settings
  const sdk = new AlipaySdk({
    appId: settings.appId,
    privateKey: settings.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    keyType: 'PKCS8',
    gateway: settings.gateway,
    ...(certificates === null
      ? {}
      : {
          appCertContent: certificates.appCert,
          alipayPublicCertContent: certificates.alipayPublicCert,
          alipayRootCertContent: certificates.alipayRootCert,
        }),
  })
  // As text it would be parsed for each signature: 3 times slower.
  Object.assign(sdk.config, { privateKey: settings.privateKey })
  // The SDK's own writes the whole address for each field: a tenth of the time of a pay link.
  Object.assign(sdk, { formatUrl: splitRequest })
  return sdk
}

const FORM_HEADERS = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }

/** With the code of a broken connection, such as ECONNREFUSED: its own message would name the host. */
function failureReasonOf(error: unknown): string {
  if (!(error instanceof FetchFailure)) return 'The call failed.'
  const cause = error.cause instanceof Error ? error.cause.cause : null
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? ` (${String(cause.code)})` : ''
  return `${error.message.replace(/\.$/, '')}${code}.`
}

const unknownOutcome = (reason: string) => ({ kind: 'unknown', reason }) as const

/** Each field of an accepted answer comes from the parse of exactly the characters that were verified. */
function readAnswer(method: string, body: Uint8Array, trustedKeys: readonly KeyObject[]): CallOutcome {
  const answer = splitAnswer(decodeUtf8OrEmpty(body), method)
  if (answer === null) return unknownOutcome('answer cannot be read')
  const { node, sign } = answer
  const fields = textFieldsOfJson(node)
  if (sign === null || answer.isError)
    return unknownOutcome(`unsigned answer ${formatUnsignedAnswerCodes(fields)}`.trim())
  if (!hasTrustedSignature(Buffer.from(node), sign, trustedKeys))
    return unknownOutcome('signature of the answer does not verify')
  const { code = '', sub_code: subCode = '' } = fields
  return { kind: 'answer', code, subCode, fields, body }
}

function decodeUtf8OrEmpty(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return ''
  }
}

const ANSWER_CODE_PATTERN = /^[\w.-]{1,64}$/

/** The codes of an answer that nobody signed, for a log: they decide nothing. */
const formatUnsignedAnswerCodes = ({
  code = '',
  sub_code = '',
}: Readonly<Record<string, string | undefined>>): string =>
  [code, sub_code].filter((each) => ANSWER_CODE_PATTERN.test(each)).join(' ')

function hasTrustedSignature(content: Uint8Array, sign: string, trustedKeys: readonly KeyObject[]): boolean {
  const signature = readBase64(sign)
  return signature !== null && trustedKeys.some((key) => verify('RSA-SHA256', content, key, signature))
}

/**
 * Null for what is no base64: Node passes over it, so that a signature that was cut off, or written into, would still
 * hold.
 */
function readBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : null
}
