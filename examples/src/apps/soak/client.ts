import { setTimeout as later } from 'node:timers/promises'
import { tokenFor } from '../../demo-shop/api.js'

export interface Reply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** A user's browser, which tries again while the server is dead or says that it cannot just now. */
export interface RetryingClient {
  post(path: string, body?: unknown): Promise<Reply>
  get(path: string): Promise<Reply>
}

/** What was answered against all expectation: a fault of the product. */
export interface UnexpectedAnswers {
  add(what: string): void
}

const RETRY_FOR_MS = 300_000
/** Longer each time, or thousands of buyers would be one outage more. */
const RETRY_RANGE_MS = { min: 200, max: 5_000 }
const ANSWER_TIMEOUT_MS = 15_000
/** The store is away, the gateway failed, or another writer was quicker. */
const TEMPORARY_STATUSES = new Set([429, 502, 503])

export async function retryingClient(
  base: string,
  { user, secret, roles = [] }: { readonly user: string; readonly secret: string; readonly roles?: readonly string[] },
  unexpectedAnswers: UnexpectedAnswers,
): Promise<RetryingClient> {
  const authorization = `Bearer ${await tokenFor(user, secret, roles)}`
  async function once(method: string, path: string, body: unknown): Promise<Reply | null> {
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: { Authorization: authorization, 'Content-Type': 'application/json' },
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: Object(await response.json()) }
    } catch {
      return null
    }
  }
  async function ask(method: string, path: string, body?: unknown): Promise<Reply> {
    let pauseMs = RETRY_RANGE_MS.min
    for (const end = performance.now() + RETRY_FOR_MS; performance.now() < end; await later(pauseMs)) {
      pauseMs = Math.min(RETRY_RANGE_MS.max, pauseMs * (1.5 + Math.random()))
      const reply = await once(method, path, body)
      if (reply === null || TEMPORARY_STATUSES.has(reply.status)) continue
      if (reply.status === 409 && reply.body.code === 'state_conflict') continue
      if (reply.status >= 500) unexpectedAnswers.add(`${method} ${path}: ${reply.status}`)
      return reply
    }
    unexpectedAnswers.add(`${method} ${path}: no answer within ${RETRY_FOR_MS} ms`)
    throw new Error(`${path} was not answered.`)
  }
  return { post: (path, body) => ask('POST', path, body), get: (path) => ask('GET', path) }
}
