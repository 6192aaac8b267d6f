import { CheckoutError } from './checkout-error.js'
import { addFen, type Fen, readYuan, writeYuan } from './money.js'

/** One line of an order (table `xc_orders_goods`). `goodsPrice` is in fen. */
export interface OrderLine {
  readonly goodsId: string
  readonly goodsType: string
  readonly goodsName: string
  readonly goodsPrice: Fen
  readonly goodsDetail: string
}

const MAX_GOODS = 100
const MAX_TEXT_LENGTH = 1_000

/**
 * Reads `orderDetail`, a JSON string inside the JSON body (seed: `JSON.parseArray(orderDetailJSON,
 * XcOrdersGoods.class)`). Throws `invalid_request` or `invalid_amount`.
 */
export function readOrderDetail(orderDetail: string): OrderLine[] {
  const list = parseJsonOrThrow(orderDetail)
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_GOODS) {
    throw new CheckoutError(
      'invalid_request',
      `orderDetail must be a JSON string of an array of 1 to ${MAX_GOODS} goods.`,
    )
  }
  return list.map(readGoodsLine)
}

function parseJsonOrThrow(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CheckoutError('invalid_request', 'orderDetail must be JSON.', { cause })
  }
}

function readGoodsLine(value: unknown): OrderLine {
  if (typeof value !== 'object' || value === null)
    throw new CheckoutError('invalid_request', 'Each line of orderDetail must be an object.')
  const line: Record<string, unknown> = { ...value }
  return {
    goodsId: readTextMember(line, 'goodsId'),
    goodsType: readTextMember(line, 'goodsType'),
    goodsName: readTextMember(line, 'goodsName'),
    goodsPrice: readYuan(line.goodsPrice),
    goodsDetail:
      line.goodsDetail === undefined || line.goodsDetail === null ? '' : readTextMember(line, 'goodsDetail', 0),
  }
}

function readTextMember(line: Record<string, unknown>, member: string, minLength = 1): string {
  const value = line[member]
  if (typeof value !== 'string' || value.length < minLength || value.length > MAX_TEXT_LENGTH) {
    throw new CheckoutError(
      'invalid_request',
      `${member} in orderDetail must be a string of ${minLength} to ${MAX_TEXT_LENGTH} characters.`,
    )
  }
  return value
}

export function writeOrderDetail(goods: readonly OrderLine[]): string {
  return JSON.stringify(goods.map((line) => ({ ...line, goodsPrice: writeYuan(line.goodsPrice) })))
}

/**
 * The lines must add up to the order's total, or an invoice by lines differs from the payment. Throws `price_mismatch`.
 */
export function checkGoodsTotal(goods: readonly OrderLine[], total: Fen): void {
  if (addFen(...goods.map((line) => line.goodsPrice)) !== total) {
    throw new CheckoutError('price_mismatch', 'The prices in orderDetail must add up to totalPrice.')
  }
}

const goodsMembers = ['goodsId', 'goodsType', 'goodsName', 'goodsPrice', 'goodsDetail'] as const

export const areSameGoods = (some: readonly OrderLine[], others: readonly OrderLine[]): boolean =>
  some.length === others.length &&
  some.every((line, index) => goodsMembers.every((member) => line[member] === others[index]?.[member]))
