import { type Clock, type PaymentCallbacks, payToken, type UserId } from '@coursepay/core'
import type { Context } from 'hono'
import type { Authenticate } from '../authentication/authenticate.js'
import { preferredLanguage } from '../pages/language.js'
import { whyNot } from '../pages/pay-pages.js'
import { returnPage } from '../pages/return-page.js'
import { lookQuerySchema } from '../request/query.js'
import type { Route } from '../route.js'

interface ReturnDeps {
  readonly payments: PaymentCallbacks
  readonly authenticate: Authenticate
  readonly clock: Clock
  readonly afterPaymentUrl: string | undefined
}

/** Where the gateway sends a buyer back to. What it adds to the address, signed or not, proves nothing and is not read. */
export function returnRoutes(deps: ReturnDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/p/:token/return',
      summary: "Where a buyer comes back to from the gateway's page: says whether the payment has arrived",
      documented: {
        operationId: 'returnFromPayPage',
        tag: 'payment',
        access: 'anyone',
        answers: [{ status: 200, type: 'text/html', description: 'What has become of the payment' }],
        problems: ['invalid_id', 'pay_record_not_found', 'store_unavailable'],
        problemType: 'text/html',
      },
      query: lookQuerySchema,
      async handle(c) {
        const returned = await deps.payments.returnFromPayPage(payToken(c.req.param('token')))
        const goOnAt = (await isDeviceOf(returned.payment.userId, c, deps)) ? (deps.afterPaymentUrl ?? null) : null
        const { look } = lookQuerySchema.parse(c.req.query())
        return returnPage(returned, { language: languageOf(c), now: deps.clock.now(), look, goOnAt })
      },
      fail: (error, c) => whyNot(error, languageOf(c)),
    },
  ]
}

const languageOf = (c: Context) => preferredLanguage(c.req.header('Accept-Language'))

/** A phone that only scanned the code is nobody here: that is no failure. */
async function isDeviceOf(userId: UserId, c: Context, { authenticate }: ReturnDeps): Promise<boolean> {
  const actor = await authenticate(c.req.raw).catch(() => null)
  return actor?.userId === userId
}
