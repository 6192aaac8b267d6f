import type { IncomingMessage } from 'node:http'
import { escapeHtml, parseBeijing } from '../formats.js'
import { textToSign, verifyText } from '../signature.js'
import type { SandboxState } from '../state.js'
import type { Failure } from './reply.js'

/** A request's parameters, decoded; from the address and the body together. */
export interface GatewayParameters {
  readonly values: Readonly<Record<string, string>>
  /** A name that came more than once. */
  readonly repeatedName?: string
  /** Names that stood in the address. */
  readonly namesInUrl: ReadonlySet<string>
  readonly rawBody: string
}

const MAX_BODY_BYTES = 1024 * 1024

/** The body as text. Throws `RangeError` beyond 1 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new RangeError('request body is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function parseParameters(query: URLSearchParams, rawBody: string): GatewayParameters {
  const values: Record<string, string> = Object.create(null)
  let repeatedName: string | undefined
  for (const [name, value] of [...query, ...new URLSearchParams(rawBody)]) {
    if (name in values) repeatedName ??= name
    values[name] = value
  }
  const namesInUrl = new Set(query.keys())
  return repeatedName === undefined ? { values, namesInUrl, rawBody } : { values, repeatedName, namesInUrl, rawBody }
}

/** A request's `biz_content`, parsed. Every value may be of any type: the merchant wrote it. */
export class BusinessContent {
  readonly #content: Readonly<Record<string, unknown>>

  private constructor(content: Readonly<Record<string, unknown>>) {
    this.#content = content
  }

  /** Undefined when the text is not a JSON object. Empty text is an empty object. */
  static parse(text: string | undefined): BusinessContent | undefined {
    try {
      const content: unknown = JSON.parse(text || '{}')
      if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined
      return new BusinessContent(content as Record<string, unknown>)
    } catch {
      return undefined
    }
  }

  value(name: string): unknown {
    return this.#content[name]
  }

  /** A non-empty string (a number counts as its text), else undefined. */
  text(name: string): string | undefined {
    const value = this.#content[name]
    if (typeof value === 'number') return String(value)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
}

/** A check of the envelope: what is wrong, or nothing. */
type EnvelopeCheck = (state: SandboxState, parameters: GatewayParameters) => Failure | undefined

const missingFailure = (subCode: string, name: string): Failure => ({
  code: '40001',
  subCode: `isv.missing-${subCode}`,
  subMessage: `缺少必选参数：${name}`,
})

const invalidFailure = (subCode: string, subMessage: string): Failure => ({ code: '40002', subCode, subMessage })

const REQUIRED_PARAMETERS = [
  ['method', 'method'],
  ['app-id', 'app_id'],
  ['signature', 'sign'],
  ['signature-type', 'sign_type'],
  ['timestamp', 'timestamp'],
  ['version', 'version'],
] as const

const checkRequired: EnvelopeCheck = (_state, { values }) => {
  const missing = REQUIRED_PARAMETERS.find(([, name]) => !values[name])
  return missing && missingFailure(missing[0], missing[1])
}

const checkRepeated: EnvelopeCheck = (_state, { repeatedName }) =>
  repeatedName === undefined ? undefined : invalidFailure('isv.invalid-parameter', `参数重复：${repeatedName}`)

const checkApp: EnvelopeCheck = (state, { values }) =>
  values.app_id === state.appId ? undefined : invalidFailure('isv.invalid-app-id', '无效的AppID参数')

const checkCertificates: EnvelopeCheck = ({ certificateSns: known }, { values }) => {
  if (known === undefined) return undefined
  if (values.app_cert_sn !== known.appCertSn)
    return invalidFailure('isv.app-cert-sn-not-match', '应用公钥证书序列号不匹配')
  if (values.alipay_root_cert_sn === known.alipayRootCertSn) return undefined
  return invalidFailure('isv.alipay-root-cert-sn-not-match', '支付宝根证书序列号不匹配')
}

const checkCharset: EnvelopeCheck = (_state, { values, namesInUrl }) => {
  if (!namesInUrl.has('charset'))
    return invalidFailure('isv.invalid-signature', '验签出错，请确认charset参数放在了URL查询字符串中')
  return values.charset?.toLowerCase() === 'utf-8' ? undefined : invalidFailure('isv.invalid-charset', '字符集错误')
}

const checkVersionAndSignType: EnvelopeCheck = (_state, { values }) => {
  if (values.version !== '1.0') return invalidFailure('isv.invalid-version', '版本号错误')
  return values.sign_type === 'RSA2' ? undefined : invalidFailure('isv.invalid-signature-type', '无效签名类型')
}

/** The SDK writes the process's local time: a process that does not run in Asia/Shanghai is hours off. */
const checkTimestamp: EnvelopeCheck = ({ clock, timestampToleranceMs }, { values }) => {
  const at = parseBeijing(values.timestamp ?? '')
  if (at === undefined) return invalidFailure('isv.invalid-timestamp', '非法的时间戳参数')
  const skew = Math.abs(clock.now() - at)
  return timestampToleranceMs === undefined || skew <= timestampToleranceMs
    ? undefined
    : invalidFailure('isv.invalid-timestamp', '时间戳与服务器时间相差过大')
}

const checkSignature: EnvelopeCheck = ({ keys }, { values }) => {
  const text = textToSign(values, ['sign'])
  if (verifyText(text, values.sign ?? '', keys.merchant.publicKey)) return undefined
  const hint = '验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：'
  return invalidFailure('isv.invalid-signature', `${hint}${escapeHtml(text)}`)
}

const ENVELOPE_CHECKS: readonly EnvelopeCheck[] = [
  checkRequired,
  checkRepeated,
  checkApp,
  checkCertificates,
  checkCharset,
  checkTimestamp,
  checkVersionAndSignType,
  checkSignature,
]

/** Checks the envelope in the gateway's order; the signature comes last, so what passes is the merchant's word. */
export function checkRequest(state: SandboxState, parameters: GatewayParameters): Failure | undefined {
  for (const check of ENVELOPE_CHECKS) {
    const failure = check(state, parameters)
    if (failure) return failure
  }
  return undefined
}
