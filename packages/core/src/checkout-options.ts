import type { CheckoutOptions } from './create-checkout.js'
import { isCourseProduct } from './products.js'
import { CheckoutError } from './shared/checkout-error.js'
import { OrderType } from './shared/status-codes.js'

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
