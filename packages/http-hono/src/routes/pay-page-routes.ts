import { type PaymentDoor, type PayPageKey, type PayRecordRepository, payNo, payToken } from '@coursepay/core'
import type { Context } from 'hono'
import type { Authenticate } from '../authentication/authenticate.js'
import { blockingApp } from '../pages/in-app-browser.js'
import { preferredLanguage } from '../pages/language.js'
import { openElsewhere, redirectToGateway, whyNot } from '../pages/pay-pages.js'
import type { Route } from '../route.js'

interface PayPageDeps {
  readonly payments: PaymentDoor
  readonly authenticate: Authenticate
  readonly payRecords?: Pick<PayRecordRepository, 'find'> | undefined
}

/** The two ways to the gateway's page. Both answer a browser, so a failure is a page too. */
export function payPageRoutes(deps: PayPageDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/p/:token',
      summary: 'What the QR opens on the phone',
      handle: (c) => sendOn(c, { token: payToken(c.req.param('token')) }, deps),
      fail: (error, c) => whyNot(error, languageOf(c)),
    },
    {
      method: 'GET',
      path: '/api/orders/requestpay',
      summary: 'The same by the pay number, for its owner or whoever has the token',
      handle: async (c) => sendOn(c, await readKey(c, deps.authenticate), deps),
      fail: (error, c) => whyNot(error, languageOf(c)),
    },
  ]
}

const languageOf = (c: Context) => preferredLanguage(c.req.header('Accept-Language'))

/** Whether it may be paid comes first: an app that would block the page is no matter when there is nothing to pay. */
async function sendOn(c: Context, key: PayPageKey, { payments, payRecords }: PayPageDeps): Promise<Response> {
  const page = await payments.openPayPage(key)
  const app = blockingApp(c.req.header('User-Agent'))
  if (app === null) return redirectToGateway(page, languageOf(c))
  const found = await payRecords?.find('token' in key ? { token: key.token } : { payNo: key.payNo })
  return openElsewhere(app, found ?? null, languageOf(c))
}

async function readKey(c: Context, authenticate: Authenticate): Promise<PayPageKey> {
  const token = c.req.query('token')
  if (token === undefined) {
    const actor = await authenticate(c.req.raw)
    return { payNo: payNo(c.req.query('payNo')), actor }
  }
  return { token: payToken(token), payNo: payNo(c.req.query('payNo')) }
}
