import { CheckoutError } from '@coursepay/core'
import { base64url, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose'
import { TransportError } from '../problem/problem.js'

export type Claims = Readonly<Record<string, unknown>>

const BEARER_HEADER_PATTERN = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i
const MAX_TOKEN_CHARS = 8_192
const MIN_SECRET_BYTES = 32
/** RFC 7519 and RFC 9068. A token of another type, such as a logout token, authenticates nobody. */
const ACCEPTED_TYPES = ['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt']

/** The token of `Authorization: Bearer <JWT>`. Throws `not_authenticated`. */
export function requireBearerToken(request: Request): string {
  const token = BEARER_HEADER_PATTERN.exec(request.headers.get('Authorization') ?? '')?.[1]
  if (token === undefined || token.length > MAX_TOKEN_CHARS) {
    throw new CheckoutError('not_authenticated', 'Send "Authorization: Bearer <JWT>".')
  }
  return token
}

/** The key of HS256. Throws `invalid_request` for a secret that can be guessed. */
export function secretKeyOf(secret: string): Uint8Array {
  const key = new TextEncoder().encode(secret)
  if (key.byteLength >= MIN_SECRET_BYTES) return key
  throw new CheckoutError('invalid_request', `The secret for tokens must have at least ${MIN_SECRET_BYTES} bytes.`)
}

/** The claims of a signed token that is valid now. Throws `not_authenticated` for any fault of the token. */
export async function verifyToken(
  token: string,
  key: Uint8Array | JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<Claims> {
  try {
    const required = { ...options, requiredClaims: ['exp'] }
    const { payload, protectedHeader } =
      typeof key === 'function' ? await jwtVerify(token, key, required) : await jwtVerify(token, key, required)
    checkTokenType(protectedHeader.typ)
    checkMembersUnique(token)
    // The text 1e400 is read as infinity.
    if (!Number.isFinite(payload.exp)) throw new Error('The token needs an exp that is a finite time.')
    return payload
  } catch (cause) {
    if (cause instanceof TransportError) throw cause
    throw new CheckoutError('not_authenticated', 'The token is invalid or has expired. Sign in again.', { cause })
  }
}

function checkTokenType(type: unknown): void {
  if (type === undefined || (typeof type === 'string' && ACCEPTED_TYPES.includes(type.toLowerCase()))) return
  throw new Error('The typ of the token must be JWT or at+JWT.')
}

function checkMembersUnique(token: string): void {
  const texts = token.split('.', 2).map((part) => new TextDecoder().decode(base64url.decode(part)))
  if (texts.some(hasRepeatedMember)) throw new Error('The token must not have a member twice.')
}

/** Linear also where a text does not end. */
const JSON_TOKEN_PATTERN = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|[{}[\]:]/g

/**
 * Whether an object in this JSON text has a member twice, in any spelling. Parsers disagree on such a text (RFC 8259
 * §4): one checks what another does not read. The text must be valid JSON.
 */
export function hasRepeatedMember(json: string): boolean {
  const open: (Set<unknown> | null)[] = []
  let text = ''
  for (const [part] of json.matchAll(JSON_TOKEN_PATTERN)) {
    if (part === '{') open.push(new Set())
    else if (part === '[') open.push(null)
    else if (part === '}' || part === ']') open.pop()
    else if (part !== ':') text = part
    else if (addAndCheckRepeated(JSON.parse(text), open.at(-1))) return true
  }
  return false
}

function addAndCheckRepeated(name: unknown, names: Set<unknown> | null | undefined): boolean {
  const repeated = names?.has(name) ?? false
  names?.add(name)
  return repeated
}
