import { type PaymentCallbacks, type PayPageKey, payNo, payToken } from '@coursepay/core'
import type { Context } from 'hono'
import type { Authenticate } from '../authentication/authenticate.js'
import { blockingApp } from '../pages/in-app-browser.js'
import { preferredLanguage } from '../pages/language.js'
import { openElsewhere, redirectToGateway, whyNot } from '../pages/pay-pages.js'
import { requestPayQuerySchema } from '../request/query.js'
import type { Route, RouteDescription } from '../route.js'

interface PayPageDeps {
  readonly payments: PaymentCallbacks
  readonly authenticate: Authenticate
}

const html = 'text/html'
const toTheGateway: Omit<RouteDescription, 'operationId' | 'access'> = {
  tag: 'payment',
  answers: [
    { status: 302, type: html, description: "To the gateway's page" },
    { status: 200, type: html, description: 'In an app that would block that page: what to do instead' },
  ],
  problems: [
    'invalid_id',
    'not_yours',
    'pay_record_not_found',
    'order_already_paid',
    'order_already_refunded',
    'order_closed',
    'pay_record_expired',
    'store_unavailable',
  ],
  problemType: html,
}

/** The two ways to the gateway's page. Both answer a browser, so a failure is a page too. */
export function payPageRoutes(deps: PayPageDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/p/:token',
      summary: 'What the QR opens on the phone',
      documented: { operationId: 'openPayPage', ...toTheGateway, access: 'anyone' },
      handle: (c) => sendOn(c, { token: payToken(c.req.param('token')) }, deps),
      fail: (error, c) => whyNot(error, languageOf(c)),
    },
    {
      method: 'GET',
      path: '/api/orders/requestpay',
      summary: 'The same by the pay number, for its owner or whoever has the token',
      documented: { operationId: 'requestPay', ...toTheGateway, access: 'user_or_pay_token' },
      query: requestPayQuerySchema,
      handle: async (c) => sendOn(c, await readKey(c, deps.authenticate), deps),
      fail: (error, c) => whyNot(error, languageOf(c)),
    },
  ]
}

const languageOf = (c: Context) => preferredLanguage(c.req.header('Accept-Language'))

/** Whether it may be paid comes first: an app that would block the page is no matter when there is nothing to pay. */
async function sendOn(c: Context, key: PayPageKey, { payments }: PayPageDeps): Promise<Response> {
  const page = await payments.openPayPage(key)
  const app = blockingApp(c.req.header('User-Agent'))
  return app === null ? redirectToGateway(page, languageOf(c)) : openElsewhere(app, page, languageOf(c))
}

async function readKey(c: Context, authenticate: Authenticate): Promise<PayPageKey> {
  const token = c.req.query('token')
  if (token === undefined) {
    const actor = await authenticate(c.req.raw)
    return { payNo: payNo(c.req.query('payNo')), actor }
  }
  return { token: payToken(token), payNo: payNo(c.req.query('payNo')) }
}
