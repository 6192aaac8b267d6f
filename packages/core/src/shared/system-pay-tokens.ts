import { payToken } from './identifiers.js'
import type { PayTokenGenerator } from './ports/generators.js'
import { systemClock } from './system-time.js'

/** Web standards that every JavaScript runtime has; named here because core is compiled without any runtime's types. */
declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array }
declare const btoa: (binary: string) => string

const TOKEN_BYTES = 16

/**
 * Bytes for many tokens at once: asking the generator takes longer than writing the token. Each is used once, and
 * wiped.
 */
const randomPool = new Uint8Array(64 * TOKEN_BYTES)
let usedPoolBytes = randomPool.length

function random128BitBase64Url(): string {
  if (usedPoolBytes === randomPool.length) {
    crypto.getRandomValues(randomPool)
    usedPoolBytes = 0
  }
  const bytes = randomPool.subarray(usedPoolBytes, usedPoolBytes + TOKEN_BYTES)
  usedPoolBytes += TOKEN_BYTES
  const base64 = btoa(String.fromCharCode(...bytes))
  bytes.fill(0)
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The letters of base64url in the order in which a store compares them. */
const SORTED_LETTERS = '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'
const TIME_LETTER_COUNT = 5

/** 64 ms to a step, and the same again after two years. */
function timeText(now: number): string {
  let text = ''
  for (let rest = Math.floor(now / 64), letter = 0; letter < TIME_LETTER_COUNT; letter += 1) {
    text = SORTED_LETTERS.charAt(rest % 64) + text
    rest = Math.floor(rest / 64)
  }
  return text
}

/**
 * 128 bits from the runtime's cryptographic generator, behind five letters that tell the time: so a store puts the
 * tokens of one moment beside each other in its index, and not each on a page of its own.
 */
export const systemPayTokens: PayTokenGenerator = {
  nextToken: () => payToken(timeText(systemClock.now()) + random128BitBase64Url()),
}
