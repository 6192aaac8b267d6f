import { type Checkout, CheckoutError, type LearningModule, type OrderModule, userId } from '@coursepay/core'
import type { Hono } from 'hono'
import type { CheckoutAppDeps } from './checkout-app-deps.js'
import { checkoutMetrics } from './checkout-metrics.js'
import { createCheckoutApp } from './create-checkout-app.js'
import { silentLog } from './log.js'

export interface CheckoutRoutesOptions
  extends Partial<
    Pick<CheckoutAppDeps, 'log' | 'qr' | 'gauges' | 'closing' | 'prices' | 'writeLimit' | 'afterPaymentUrl'>
  > {
  /** Who sends a request, by the host's own session; null for a visitor, who is answered 401. */
  readonly user: (request: Request) => string | null | Promise<string | null>
  /** Whether the sender is an operator. Default: false. */
  readonly operator?: ((request: Request) => boolean | Promise<boolean>) | undefined
  /** Whether the sender reads what operators read. Default: false. */
  readonly auditor?: ((request: Request) => boolean | Promise<boolean>) | undefined
}

/**
 * All routes of a checkout, to be mounted where its `publicUrl` points: `app.route('/pay', checkoutRoutes(checkout,
 * …))`.
 */
export function checkoutRoutes(checkout: Checkout, options: CheckoutRoutesOptions): Hono {
  const { user, operator = () => false, auditor = () => false, log = silentLog, ...rest } = options
  const { orders, learning, store, messages, tracer } = checkout
  return createCheckoutApp({
    gauges: checkoutMetrics(checkout),
    ...rest,
    ...servicesOf({ orders, learning }),
    log,
    tracer,
    publicBaseUrl: checkout.publicUrl,
    readiness: [
      { name: 'store', check: () => store.ping() },
      { name: 'broker', check: () => messages.ping() },
    ],
    async authenticate(request) {
      const sender = await user(request)
      if (sender === null) throw new CheckoutError('not_authenticated', 'Nobody is signed in. Sign in first.')
      return { userId: userId(sender), operator: await operator(request), auditor: await auditor(request) }
    },
  })
}

/** Every service of the modules, by the names of `CheckoutAppDeps`. */
export function servicesOf(modules: { readonly orders?: OrderModule; readonly learning: LearningModule | null }) {
  const { orders, learning } = modules
  return {
    orders: orders?.service,
    buyer: orders?.buyer,
    operator: orders?.operator,
    operatorViews: orders?.views,
    payments: orders?.callbacks,
    learning: learning?.service,
    entitlements: learning?.entitlements,
  }
}
