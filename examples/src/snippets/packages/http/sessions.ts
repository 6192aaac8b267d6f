import { bearerAuthentication, createCheckoutApp, createInMemorySessions } from '@coursepay/http-hono'
import { checkoutClient } from '@coursepay/http-hono/client'

type Parts = Omit<Parameters<typeof createCheckoutApp>[0], 'sessions' | 'authenticate'>

/** An app whose pages sign in with a cookie. */
export function appWithSessions(parts: Parts, secret: string) {
  // #region sessions
  const sessions = createInMemorySessions({ authenticate: bearerAuthentication({ secret }), secure: true })
  const app = createCheckoutApp({ ...parts, sessions, authenticate: sessions.authenticate })
  // #endregion
  return app
}

/** What a page of a shop does with its client: answers with the pay code and with how the payment ended. */
export async function buyOnThePage(token: string) {
  // #region client
  const shop = checkoutClient('https://shop.example/pay', { token })
  const { payCode, paid } = await shop.buy({ courseId: '1' }) // show payCode.qrcode
  const event = await paid() // by server-sent events, over broken connections
  // #endregion
  return { payCode, event }
}
