import { type PaymentDoor, type PayPageKey, payNo, payToken } from '@coursepay/core'
import type { Context } from 'hono'
import type { Authenticate } from '../authentication/authenticate.js'
import { redirectToGateway, whyNot } from '../pages/pay-pages.js'
import type { Route } from '../route.js'

interface PayPageDeps {
  readonly payments: PaymentDoor
  readonly authenticate: Authenticate
}

/** The two ways to the gateway's page. Both answer a browser, so a failure is a page too. */
export function payPageRoutes({ payments, authenticate }: PayPageDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/p/:token',
      summary: 'What the QR opens on the phone',
      handle: async (c) => redirectToGateway(await payments.openPayPage({ token: payToken(c.req.param('token')) })),
      fail: whyNot,
    },
    {
      method: 'GET',
      path: '/api/orders/requestpay',
      summary: 'The same by the pay number, for its owner or whoever has the token',
      handle: async (c) => redirectToGateway(await payments.openPayPage(await readKey(c, authenticate))),
      fail: whyNot,
    },
  ]
}

async function readKey(c: Context, authenticate: Authenticate): Promise<PayPageKey> {
  const token = c.req.query('token')
  if (token === undefined) {
    const actor = await authenticate(c.req.raw)
    return { payNo: payNo(c.req.query('payNo')), actor }
  }
  return { token: payToken(token), payNo: payNo(c.req.query('payNo')) }
}
