import type {
  BuyerService,
  Clock,
  EntitlementService,
  LearningService,
  OperatorService,
  OperatorViews,
  OrderService,
  PaymentCallbacks,
} from '@coursepay/core'
import type { Scheduler, Tracer } from '@coursepay/core/ports'
import type { Authenticate } from './authentication/authenticate.js'
import type { Sessions } from './authentication/sessions.js'
import type { Log } from './log.js'
import type { GaugeDefinition } from './metrics.js'
import type { SharedPaidOrders } from './paid-orders/paid-order-routes.js'
import type { SharedPrices } from './prices/price-routes.js'
import type { QrRenderer } from './qr-code.js'
import type { ReadinessCheck } from './readiness.js'
import type { WriteLimit, WriteLimiter } from './routing/write-limit.js'

/** The services of the app. The routes of an absent service are absent: the learning centre can run alone. */
export interface CheckoutAppDeps {
  readonly orders?: OrderService | undefined
  /** A buyer's own orders, page by page. */
  readonly buyer?: BuyerService | undefined
  /** What operators do: query now, resolve held money, redeliver; refunds by `orders`. */
  readonly operator?: OperatorService | undefined
  /** What operators and auditors read: timeline, what is stuck, orders, actions. */
  readonly operatorViews?: OperatorViews | undefined
  /** Courses that operators grant and revoke without a payment. */
  readonly entitlements?: EntitlementService | undefined
  /** Where the gateway and its buyers come in: the page behind the QR, the way back, and the notifications. */
  readonly payments?: PaymentCallbacks | undefined
  readonly learning?: LearningService | undefined
  /** What is sold here, by order type, for an order service in another process. */
  readonly prices?: SharedPrices | undefined
  /** Paid orders that sellers in other processes may ask about. */
  readonly sharedPaidOrders?: SharedPaidOrders | undefined
  readonly authenticate: Authenticate
  /** Sign-in by a cookie, at `/session`; `authenticate` must be theirs. */
  readonly sessions?: Sessions | undefined
  /** Where phones reach this app, such as `https://pay.example.com`; the QR holds `{publicBaseUrl}/p/{token}`. */
  readonly publicBaseUrl: string
  /**
   * Where buyers are sent after paying, such as the page of their course table: a link on the return page, on the
   * device that `authenticate` knows as theirs. Without it the page asks them to go back.
   */
  readonly afterPaymentUrl?: string | undefined
  readonly log: Log
  /** Each request is a span; one that comes with a `traceparent` continues its trace. Absent: nothing is traced. */
  readonly tracer?: Tracer | undefined
  /** SVG by a path of our own, PNG by `qrcode`, when absent. */
  readonly qr?: QrRenderer | undefined
  readonly readiness?: readonly ReadinessCheck[] | undefined
  readonly gauges?: readonly GaugeDefinition[] | undefined
  /** How much one user may write; 20 times a second and 200 at once when absent, without a limit when null. */
  readonly writeLimit?: WriteLimit | WriteLimiter | null | undefined
  readonly clock?: Clock | undefined
  readonly scheduler?: Scheduler | undefined
  /** When it aborts, open streams end: a server that stops would wait for them otherwise. */
  readonly closing?: AbortSignal | undefined
}
