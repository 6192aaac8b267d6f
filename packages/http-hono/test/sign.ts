import { sign as signClaims } from 'hono/jwt'

type Key = Parameters<typeof signClaims>[1]
type Algorithm = Parameters<typeof signClaims>[2]

/** Signs like an issuer that is not ours. The token ends in an hour, unless `claims` say another time. */
export const sign = (claims: Readonly<Record<string, unknown>>, key: Key, algorithm?: Algorithm) =>
  signClaims({ exp: Math.floor(Date.now() / 1_000) + 3_600, ...claims }, key, algorithm)

/** An HS256 token of exactly these texts, such as one with a member twice. */
export async function signTexts(header: string, claims: string, secret: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', Buffer.from(secret), algorithm, false, ['sign'])
  const signed = [header, claims].map((text) => Buffer.from(text).toString('base64url')).join('.')
  const signature = await crypto.subtle.sign('HMAC', key, Buffer.from(signed))
  return `${signed}.${Buffer.from(signature).toString('base64url')}`
}
