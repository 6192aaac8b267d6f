import type { Clock, PaymentCallbacks, UserId } from '@coursepay/core'
import type { PayPageKey, PayProduct } from '@coursepay/core/ports'
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Authenticate } from '../authentication/authenticate.js'
import { blockingApp, preferredLanguage, productFor } from '../pages/browser.js'
import { errorPageAnswer, openElsewherePageAnswer, redirectToGateway } from '../pages/pay-pages.js'
import { returnPageAnswer } from '../pages/return-page.js'
import { type RouteDefinition, textOkResponse } from '../routing/definition.js'
import type { AnswerFailure, Env } from '../routing/env.js'
import { createOpenApiRouter, type RouteFactory } from '../routing/router.js'
import { productQuerySchema, refreshCountQuerySchema, requestPayQuerySchema } from '../schemas/query.js'
import { payTokenParam } from '../schemas/values.js'

export interface PayPageRoutesDeps {
  readonly payments: PaymentCallbacks
  readonly authenticate: Authenticate
  readonly clock: Clock
  readonly afterPaymentUrl: string | undefined
}

const payTokenParams = z.object({ token: payTokenParam })
const HTML_TYPE = 'text/html'

const gatewayPageDefinition = {
  method: 'get',
  tag: 'payment',
  responses: {
    ...textOkResponse(HTML_TYPE, 'In an app that blocks that page: a page that says how to pay'),
    302: {
      description: "Redirects to the gateway's page",
      headers: { Location: { schema: { type: 'string', format: 'uri' } } },
      content: { [HTML_TYPE]: { schema: { type: 'string' } } },
    },
  },
  missingCode: 'pay_record_not_found',
  problems: [
    'invalid_id',
    'order_already_paid',
    'order_already_refunded',
    'order_closed',
    'pay_record_expired',
    'store_unavailable',
  ],
  problemType: HTML_TYPE,
} as const satisfies Partial<RouteDefinition>

const openPayPageRoute = {
  ...gatewayPageDefinition,
  path: '/p/{token}',
  operationId: 'openPayPage',
  summary: 'The page that the QR code opens, for a phone or a desktop browser',
  access: 'anyone',
  request: { params: payTokenParams, query: productQuerySchema },
} as const satisfies RouteDefinition

const requestPayRoute = {
  ...gatewayPageDefinition,
  path: '/api/orders/requestpay',
  operationId: 'requestPay',
  summary: 'The same by the pay number, for its owner or by the pay token',
  access: 'user_or_pay_token',
  request: { query: requestPayQuerySchema },
} as const satisfies RouteDefinition

const returnFromPayPageRoute = {
  method: 'get',
  path: '/p/{token}/return',
  operationId: 'returnFromPayPage',
  tag: 'payment',
  summary: "Where a buyer comes back to from the gateway's page: says whether the payment has arrived",
  access: 'anyone',
  request: { params: payTokenParams, query: refreshCountQuerySchema },
  responses: textOkResponse(HTML_TYPE, 'The state of the payment'),
  problems: ['invalid_id', 'pay_record_not_found', 'store_unavailable'],
  problemType: HTML_TYPE,
} as const satisfies RouteDefinition

const answerFailureAsPage: AnswerFailure = (error, c) => errorPageAnswer(error, requestLanguageOf(c))

/** The ways to the gateway's page, and back from it. They answer a browser, so a failure is a page too. */
export const payPageRoutes = (route: RouteFactory, deps: PayPageRoutesDeps) =>
  createOpenApiRouter()
    .openapi(route(openPayPageRoute, { fail: answerFailureAsPage }), (c) => {
      const { product } = c.req.valid('query')
      return openGatewayPage(c, { token: c.req.valid('param').token }, product, deps)
    })
    .openapi(route(requestPayRoute, { fail: answerFailureAsPage }), (c) => {
      const { payNo, token, product } = c.req.valid('query')
      const key = token === undefined ? { payNo, actor: c.get('caller') } : { payNo, token }
      return openGatewayPage(c, key, product, deps)
    })
    .openapi(route(returnFromPayPageRoute, { fail: answerFailureAsPage }), async (c) => {
      const returned = await deps.payments.returnFromPayPage(c.req.valid('param').token)
      c.set('reference', returned.payment)
      const isOwnDevice = await isSignedInAs(returned.payment.userId, c, deps)
      const shopUrl = isOwnDevice ? (deps.afterPaymentUrl ?? null) : null
      const { look } = c.req.valid('query')
      return returnPageAnswer(returned, {
        language: requestLanguageOf(c),
        now: deps.clock.now(),
        refreshCount: look,
        shopUrl,
      })
    })

const requestLanguageOf = (c: Context) => preferredLanguage(c.req.header('Accept-Language'))

/** Whether it may be paid comes first: an app that would block the page is no matter when there is nothing to pay. */
async function openGatewayPage(
  c: Context<Env>,
  key: PayPageKey,
  product: PayProduct | undefined,
  { payments }: PayPageRoutesDeps,
): Promise<Response> {
  const page = await payments.openPayPage(key, product ?? productFor(c.req.header('User-Agent')))
  c.set('reference', page)
  const app = blockingApp(c.req.header('User-Agent'))
  return app === null
    ? redirectToGateway(page, requestLanguageOf(c))
    : openElsewherePageAnswer(app, page, requestLanguageOf(c))
}

/** A phone that only scanned the code is not signed in: that is no failure. */
async function isSignedInAs(userId: UserId, c: Context, { authenticate }: PayPageRoutesDeps): Promise<boolean> {
  const actor = await authenticate(c.req.raw).catch(() => null)
  return actor?.userId === userId
}
