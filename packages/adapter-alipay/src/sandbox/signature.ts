import { type KeyObject, sign, verify } from 'node:crypto'

/** `RSA2` is SHA-256 and the only one a new app may use; `RSA` is SHA-1. */
export type SignType = 'RSA2' | 'RSA'

const DIGEST: Record<SignType, string> = { RSA2: 'RSA-SHA256', RSA: 'RSA-SHA1' }

/** Name to decoded value. */
export type Fields = Readonly<Record<string, string>>

/**
 * What a signature covers: decoded values, sorted by name, joined with `&`; empty values and the `without` names left out.
 * A request leaves out `sign`; a notification and a return address leave out `sign` and `sign_type`.
 */
export function canonicalText(fields: Fields, without: readonly string[]): string {
  return Object.keys(fields)
    .filter((name) => !without.includes(name) && fields[name] !== '')
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&')
}

/** PKCS#1 v1.5 over the text's UTF-8 bytes, in base64. */
export function signText(text: string, privateKey: KeyObject, signType: SignType = 'RSA2'): string {
  return sign(DIGEST[signType], Buffer.from(text, 'utf8'), privateKey).toString('base64')
}

export function verifyText(text: string, signature: string, publicKey: KeyObject): boolean {
  return verify(DIGEST.RSA2, Buffer.from(text, 'utf8'), publicKey, Buffer.from(signature, 'base64'))
}

/** The same fields with `sign`, signed the way Alipay signs notifications and return addresses. */
export function signFields(fields: Fields, privateKey: KeyObject, signType: SignType = 'RSA2'): Fields {
  return { ...fields, sign: signText(canonicalText(fields, ['sign', 'sign_type']), privateKey, signType) }
}
