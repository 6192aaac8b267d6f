import { CheckoutError, userId } from '@coursepay/core'
import type { Hono } from 'hono'
import type { Authenticate, Caller } from '../../authentication/authenticate.js'
import { type PageEnv, seeOther } from '../../school/page.js'
import type { OperatorPagesDeps } from '../operator-page.js'
import { signInPageAnswer } from '../views/sign-in-page.js'

export const OPERATOR_SIGN_IN_PATH = '/operator/sign-in'

/** Signing in: by the link that the demo prints, or by a token. */
export function addSignInRoutes(app: Hono<PageEnv>, deps: OperatorPagesDeps): void {
  const { operatorSessions, isCode, authenticate } = deps
  app.get(OPERATOR_SIGN_IN_PATH, (c) => signInPageAnswer(c, c.req.query('code') ?? null))
  app.post(OPERATOR_SIGN_IN_PATH, async (c) => {
    const { code, token } = await c.req.parseBody()
    const byCode = typeof code === 'string' && isCode(code)
    const operator = byCode
      ? { userId: userId('operator'), operator: true }
      : await requireOperatorByToken(token, authenticate)
    c.header('Set-Cookie', operatorSessions.open(operator))
    return seeOther(c, '/operator')
  })
  app.post('/operator/sign-out', (c) => {
    c.header('Set-Cookie', operatorSessions.end(c.req.raw))
    return seeOther(c, OPERATOR_SIGN_IN_PATH)
  })
}

async function requireOperatorByToken(token: unknown, authenticate: Authenticate): Promise<Caller> {
  if (typeof token !== 'string' || !/^[\w.-]+$/.test(token)) {
    throw new CheckoutError(
      'not_authenticated',
      'The sign-in code is invalid or has expired. Request a new one, or sign in with a token.',
    )
  }
  const headers = { Authorization: `Bearer ${token}` }
  const actor = await authenticate(new Request('http://localhost/', { headers }))
  if (!actor.operator)
    throw new CheckoutError('operators_only', 'This token has no role "operator". Sign in with one that has it.')
  return actor
}
