import { payToken } from '../../shared/identifiers.js'
import type { PayTokenGenerator } from '../ports/pay-token-generator.js'

/** Web standards that every JavaScript runtime has; named here because core is compiled without any runtime's types. */
declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array }
declare const btoa: (binary: string) => string

/** 128 bits from the runtime's cryptographic generator. */
export const systemPayTokens: PayTokenGenerator = {
  nextToken() {
    const base64 = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
    return payToken(base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''))
  },
}
