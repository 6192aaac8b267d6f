import { payToken } from '../../shared/identifiers.js'
import type { PayTokenGenerator } from '../ports/pay-token-generator.js'

/** Web standards that every JavaScript runtime has; named here because core is compiled without any runtime's types. */
declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array }
declare const btoa: (binary: string) => string

const TOKEN_BYTES = 16

/** Bytes for many tokens at once: asking the generator takes longer than writing the token. Each is used once, and wiped. */
const pool = new Uint8Array(64 * TOKEN_BYTES)
let used = pool.length

function take(): string {
  if (used === pool.length) {
    crypto.getRandomValues(pool)
    used = 0
  }
  const bytes = pool.subarray(used, used + TOKEN_BYTES)
  used += TOKEN_BYTES
  const binary = String.fromCharCode(...bytes)
  bytes.fill(0)
  return binary
}

/** 128 bits from the runtime's cryptographic generator. */
export const systemPayTokens: PayTokenGenerator = {
  nextToken: () => payToken(btoa(take()).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')),
}
