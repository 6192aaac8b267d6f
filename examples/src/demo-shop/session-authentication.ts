import type { Authenticate } from '@coursepay/http-hono'
import type { Sessions } from './demo-sessions.js'

/**
 * Lets a browser with a session read the API (its stream can send no bearer token); who brings a token is known by
 * that. Only reading: what changes something comes through the pages' forms, which look at its origin.
 */
export function sessionAuthentication(sessions: Sessions, byToken: Authenticate): Authenticate {
  return async (request) => {
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (!reads || request.headers.has('Authorization')) return byToken(request)
    const session = await sessions.read(request)
    return session === null ? byToken(request) : { userId: session.userId, operator: false }
  }
}
