import { createPrivateKey, type KeyObject, sign, verify } from 'node:crypto'
import type { SandboxClock } from './clock.js'
import { formatBeijing } from './formats.js'
import { newNotifyId } from './identifiers.js'
import type { RsaKeyPair } from './keys.js'

/** `RSA2` is SHA-256 and the only one a new app may use; `RSA` is SHA-1. */
export type SignType = 'RSA2' | 'RSA'

const DIGEST_BY_SIGN_TYPE: Record<SignType, string> = { RSA2: 'RSA-SHA256', RSA: 'RSA-SHA1' }

/** Name to decoded value. */
export type Fields = Readonly<Record<string, string>>

/**
 * What a signature covers: decoded values, sorted by name, joined with `&`; empty values and the `without` names left
 * out. A request leaves out `sign`; a notification and a return address leave out `sign` and `sign_type`.
 */
export function textToSign(fields: Fields, without: readonly string[]): string {
  return Object.keys(fields)
    .filter((name) => !without.includes(name) && fields[name] !== '')
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&')
}

/** PKCS#1 v1.5 over the text's UTF-8 bytes, in base64. */
export function signText(text: string, privateKey: KeyObject, signType: SignType = 'RSA2'): string {
  return sign(DIGEST_BY_SIGN_TYPE[signType], Buffer.from(text, 'utf8'), privateKey).toString('base64')
}

export function verifyText(text: string, signature: string, publicKey: KeyObject): boolean {
  return verify(DIGEST_BY_SIGN_TYPE.RSA2, Buffer.from(text, 'utf8'), publicKey, Buffer.from(signature, 'base64'))
}

/** The same fields with `sign`, signed the way Alipay signs notifications and return addresses. */
export function signFields(fields: Fields, privateKey: KeyObject, signType: SignType = 'RSA2'): Fields {
  return { ...fields, sign: signText(textToSign(fields, ['sign', 'sign_type']), privateKey, signType) }
}

/** How a notification of one's own is signed. */
export interface SignNotifyOptions {
  /** Default `RSA2`; also written into `sign_type`. */
  readonly signType?: SignType
  /** Another private key (PEM or KeyObject), for a forgery. Default: Alipay's. */
  readonly key?: string | KeyObject
  /** Sign `sign_type` too, as Alipay's service-market messages do and trade notifications do not. */
  readonly includeSignType?: boolean
}

/** Fields without a value: what Alipay signs for those is not known, so none is ever sent. */
export function withoutEmptyFields(fields: Readonly<Record<string, string | undefined>>): Fields {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, string] => Boolean(entry[1])))
}

interface NotifySender {
  readonly appId: string
  readonly sellerId: string
  readonly clock: SandboxClock
  readonly keys: { readonly alipay: RsaKeyPair }
}

/**
 * A signed notification body, ready to be POSTed. The common fields (`app_id`, `seller_id`, `notify_id`, `notify_time`,
 * ...) are filled in; `fields` wins over them, and an empty or undefined value leaves a field out.
 */
export function signNotify(
  { appId, sellerId, clock, keys }: NotifySender,
  fields: Readonly<Record<string, string | undefined>>,
  { signType = 'RSA2', key = keys.alipay.privateKey, includeSignType = false }: SignNotifyOptions = {},
): string {
  const allFields = withoutEmptyFields({
    notify_time: formatBeijing(clock.now()),
    notify_type: 'trade_status_sync',
    notify_id: newNotifyId(clock.now()),
    app_id: appId,
    auth_app_id: appId,
    charset: 'utf-8',
    version: '1.0',
    sign_type: signType,
    seller_id: sellerId,
    ...fields,
  })
  const text = textToSign(allFields, includeSignType ? ['sign'] : ['sign', 'sign_type'])
  const sign = signText(text, typeof key === 'string' ? createPrivateKey(key) : key, signType)
  return new URLSearchParams({ ...allFields, sign }).toString()
}
