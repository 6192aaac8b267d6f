import type { MessagesAdapter, PaymentsAdapter, StoreAdapter } from './checkout-adapters.js'
import type { OrderSettings } from './orders/application/order-dependencies.js'
import { isCourseProduct, type Product } from './products.js'
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
  readonly settings?: Partial<Omit<OrderSettings, 'payAddresses'>> | undefined
  /** The learning centre's queue. Default `paynotify_queue`. */
  readonly queue?: string | undefined
  /**
   * Called when a round of a worker fails; the next round comes at its time. Default: the name goes to `console.error`.
   */
  readonly onWorkerError?: ((worker: string, error: unknown) => void) | undefined
  /** Follows each purchase across processes. Default: nothing is traced. */
  readonly tracer?: Tracer | undefined
}

const ORDER_TYPE = /^\d{5,8}$/
const PUBLIC_URL = /^https?:\/\/[^/?#\s]+(?:\/[^?#\s]*)?$/

/** Answers the public address without a slash at its end. Throws `invalid_request` with everything that is wrong. */
export function checkCheckoutOptions(options: CheckoutOptions): string {
  const mistakes = [...missing(options), ...wrongAddress(options), ...wrongProducts(options)]
  if (mistakes.length > 0) throw new CheckoutError('invalid_request', `createCheckout: ${mistakes.join(' ')}`)
  return options.publicUrl.replace(/\/$/, '')
}

function missing(options: Partial<CheckoutOptions>): string[] {
  const examples = {
    store: "sqlStore({ url: 'sqlite:./shop.db' })",
    payments: 'alipay(settings)',
    messages: 'inProcess()',
    products: '{ course: courses(list) }',
  } as const
  return Object.entries(examples).flatMap(([name, example]) =>
    options[name as keyof typeof examples] === undefined ? [`${name} is missing; for example ${example}.`] : [],
  )
}

const wrongAddress = ({ publicUrl }: CheckoutOptions): string[] =>
  typeof publicUrl === 'string' && PUBLIC_URL.test(publicUrl)
    ? []
    : ['publicUrl is the http or https address of the routes, without a query.']

function wrongProducts({ products }: CheckoutOptions): string[] {
  const types = new Set<string>()
  return Object.entries(products ?? {}).flatMap(([name, product]) => {
    const { orderType } = product
    const isDuplicate = types.has(orderType)
    types.add(orderType)
    if (isDuplicate) return [`products.${name}: the order type ${orderType} is used twice.`]
    if (isCourseProduct(product)) return []
    if (!ORDER_TYPE.test(orderType)) return [`products.${name}: orderType has five to eight digits.`]
    return orderType === OrderType.course ? [`products.${name}: ${orderType} is the courses' order type.`] : []
  })
}
