import type { MessagesAdapter, PaymentsAdapter, StoreAdapter } from './checkout-adapters.js'
import type { OrderSettings } from './orders/application/order-dependencies.js'
import { isCoursesProduct, type Product } from './products.js'
import { CheckoutError } from './shared/checkout-error.js'
import type { Tracer } from './shared/ports/tracer.js'
import { OrderType } from './shared/status-codes.js'

export interface CheckoutOptions {
  readonly store: StoreAdapter
  readonly payments: PaymentsAdapter
  readonly messages: MessagesAdapter
  /** Where browsers and the gateway reach the routes, with their path: `https://shop.example/pay`. */
  readonly publicUrl: string
  /** By a name of your choice, which `buy` and events use. */
  readonly products: Readonly<Record<string, Product>>
  /** Default: 30 minutes to pay, late money is refunded, one query a second for each payment. Times in ms. */
  readonly settings?: Partial<Omit<OrderSettings, 'callbackUrls'>> | undefined
  /** The learning centre's queue. Default `paynotify_queue`. */
  readonly queue?: string | undefined
  /**
   * Called when a round of a worker fails; the next round comes at its time. Default: the name goes to `console.error`.
   */
  readonly onWorkerError?: ((worker: string, error: unknown) => void) | undefined
  /** Follows each purchase across processes. Default: nothing is traced. */
  readonly tracer?: Tracer | undefined
}

const ORDER_TYPE_PATTERN = /^\d{5,8}$/
const PUBLIC_URL_PATTERN = /^https?:\/\/[^/?#\s]+(?:\/[^?#\s]*)?$/

/** Throws `invalid_request` with everything that is wrong. */
export function assertCheckoutOptions(given: CheckoutOptions): void {
  const options = given ?? {} // of a caller without types
  const mistakes = [...mistakesInOptions(options), ...mistakesInPublicUrl(options), ...mistakesInProducts(options)]
  if (mistakes.length > 0) throw new CheckoutError('invalid_request', `createCheckout: ${mistakes.join(' ')}`)
}

const isNonNullObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const hasOpenMethod = (value: unknown): boolean => isNonNullObject(value) && typeof value.open === 'function'

const PRODUCTS_OPTION_EXAMPLE = '{ course: courses(list) }'

const optionChecks = {
  store: { example: "sqlStore({ url: 'sqlite:./shop.db' })", fits: hasOpenMethod },
  payments: { example: 'alipay(settings)', fits: (value) => isNonNullObject(value) && isNonNullObject(value.gateway) },
  messages: { example: 'inProcess()', fits: hasOpenMethod },
  products: { example: PRODUCTS_OPTION_EXAMPLE, fits: isNonNullObject },
} as const satisfies Partial<
  Record<keyof CheckoutOptions, { readonly example: string; readonly fits: (value: unknown) => boolean }>
>

function mistakesInOptions(options: Partial<CheckoutOptions>): string[] {
  return Object.entries(optionChecks).flatMap(([name, { example, fits }]) => {
    const value = options[name as keyof typeof optionChecks]
    if (fits(value)) return []
    return [`${name} is ${value === undefined ? 'missing' : 'of another kind'}: give, for example, ${example}.`]
  })
}

const mistakesInPublicUrl = ({ publicUrl }: CheckoutOptions): string[] =>
  typeof publicUrl === 'string' && PUBLIC_URL_PATTERN.test(publicUrl)
    ? []
    : ['publicUrl must be the http or https address of the routes, without a query.']

function mistakesInProducts({ products }: CheckoutOptions): string[] {
  const types = new Set<string>()
  const named = Object.entries(products ?? {})
  if (isNonNullObject(products) && named.length === 0)
    return [`products is empty: give, for example, ${PRODUCTS_OPTION_EXAMPLE}.`]
  return named.flatMap(([name, product]) => {
    const mistake =
      mistakeInProduct(product) ?? (types.has(product.orderType) ? duplicateOrderTypeSentence(product) : null)
    if (mistake !== null) return [`products.${name}: ${mistake}`]
    types.add(product.orderType)
    return []
  })
}

const duplicateOrderTypeSentence = ({ orderType }: Product): string =>
  `the order type ${orderType} is used twice: give each product its own.`

function mistakeInProduct(product: Product): string | null {
  if (!isNonNullObject(product)) return 'a product must be courses(list) or { orderType, priceOf }.'
  if (isCoursesProduct(product))
    return Array.isArray(product.courses) ? null : 'courses must be given a list of courses.'
  if (!ORDER_TYPE_PATTERN.test(product.orderType)) return 'orderType must have five to eight digits.'
  if (product.orderType === OrderType.course)
    return `${product.orderType} is the order type of courses: choose another.`
  return typeof product.priceOf === 'function' ? null : 'priceOf must be a function that returns price and name.'
}
