import { sign } from 'hono/jwt'

/** A user's view of the shop: calls it as a web page would. */
export interface Api {
  post(path: string, body?: unknown): Promise<Answer>
  get(path: string): Promise<Answer>
}

export type Answer = Readonly<Record<string, unknown>>

const DAY_S = 86_400

export const tokenFor = (user: string, secret: string, roles: readonly string[] = []) =>
  sign({ sub: user, roles, exp: Math.floor(Date.now() / 1_000) + DAY_S }, secret, 'HS256')

export function apiOf(base: string, token: string): Api {
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer: Answer = Object(await response.json())
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${String(answer.detail ?? '')}`)
    return answer
  }
  return { post: (path, body) => call('POST', path, body), get: (path) => call('GET', path) }
}

/** A member of an answer that has to be a text; fails with its name when it is not. */
export function text(answer: Answer, member: string): string {
  const value = answer[member]
  if (typeof value !== 'string') throw new Error(`the answer has no ${member}`)
  return value
}
