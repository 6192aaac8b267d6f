import type { PaymentEvidence } from '../../src/orders/domain/payment-evidence.js'
import { checksum } from './checksum.js'

/** What a fake notification says; `sellerId` is never null in one. */
export type NotifyFields = Omit<PaymentEvidence, 'source'>

/** Stands for the gateway's private key. It is no key: anyone who reads this file can sign. */
const FAKE_KEY = 'fake-gateway-key'

/** A JSON body of ASCII bytes: the fields and a signature over exactly these. */
export function writeNotify(fields: NotifyFields): Uint8Array {
  return asciiBytes(JSON.stringify({ ...fields, sign: signatureOf(fields) }))
}

/** As `writeNotify`, but signed by somebody else. */
export function forgeNotify(fields: NotifyFields): Uint8Array {
  return asciiBytes(JSON.stringify({ ...fields, sign: checksum(`someone else ${JSON.stringify(fields)}`) }))
}

/** The members of a body, with its signature taken out; null for what is no JSON object. */
export function parseNotify(body: Uint8Array): { fields: Record<string, unknown>; genuine: boolean } | null {
  try {
    const parsed: unknown = JSON.parse(asciiText(body))
    if (typeof parsed !== 'object' || parsed === null) return null
    const { sign, ...fields }: Record<string, unknown> = { ...parsed }
    return { fields, genuine: sign === signatureOf(fields) }
  } catch {
    // Bytes of any kind may come in from the outside; what cannot be read is simply not from the gateway.
    return null
  }
}

/** Also signs the fake's pay pages, so that a page with a changed amount is noticed. */
export const signatureOf = (fields: unknown): string => checksum(`${FAKE_KEY} ${JSON.stringify(fields)}`)

/** The text must be of ASCII characters only. */
export const asciiBytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

export const asciiText = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
