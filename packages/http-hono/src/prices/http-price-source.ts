import { CheckoutError, type CheckoutErrorCode, type OrderType, readYuan } from '@coursepay/core'
import {
  fetchLimited,
  type LimitedResponse,
  type Offer,
  type PriceSource,
  readOrderDetail,
} from '@coursepay/core/ports'
import { z } from 'zod'
import { createPurposeHeaderFactory, priceAudienceOf } from '../authentication/purpose-token.js'

export interface HttpPriceSourceOptions {
  /** Where the seller's service is reached, such as `http://127.0.0.1:3001`. */
  readonly baseUrl: string
  readonly orderType: OrderType
  /** This seller's own, on both sides; 32 bytes or more. */
  readonly key: string
  readonly fetch?: typeof globalThis.fetch
  /** Default 3000. */
  readonly timeoutMs?: number
  /** Allows an `http:` address off this machine: in a private network whose operator says so. */
  readonly allowHttp?: boolean
}

/** The refusals of a `PriceSource`. Every other answer is a failure of the seller's service. */
export const SELLER_CODES = [
  'choice_not_found',
  'not_yours',
  'nothing_to_pay',
  'choice_outdated',
  'order_already_paid',
  'order_already_refunded',
] as const satisfies readonly CheckoutErrorCode[]

const MAX_ANSWER_BYTES = 64 * 1024

const priceAnswerSchema = z.object({
  price: z.string(),
  orderName: z.string().nullable().default(null),
  orderDetail: z.string().nullable().default(null),
})
const problemAnswerSchema = z.object({ code: z.enum(SELLER_CODES), detail: z.string() })

/**
 * The price source of a seller in another process; the other end is `priceRoutes`. Each question has a token for this
 * purpose alone, so that a seller can do nothing with it. Throws `invalid_request` when the key is shorter than 32
 * bytes.
 */
export function httpPriceSource(options: HttpPriceSourceOptions): PriceSource {
  const { baseUrl, orderType, key, timeoutMs = 3_000, allowHttp = false, fetch } = options
  const limits = { timeoutMs, allowHttp, maxBytes: MAX_ANSWER_BYTES, ...(fetch ? { fetch } : {}) }
  const authorization = createPurposeHeaderFactory(priceAudienceOf(orderType), key)
  return {
    async offerOf({ outBusinessId, userId }) {
      const path = [orderType, outBusinessId].map(encodeURIComponent).join('/')
      const url = `${baseUrl}/api/prices/${path}?userId=${encodeURIComponent(userId)}`
      const headers = { Authorization: await authorization() }
      try {
        return readAnswer(await fetchLimited(url, { ...limits, headers }))
      } catch (error) {
        const isSellers = CheckoutError.isInstance(error) && SELLER_CODES.some((code) => code === error.code)
        throw isSellers ? error : sellerUnavailableError(error)
      }
    },
  }
}

function readAnswer(response: LimitedResponse): Offer {
  const body: unknown = JSON.parse(response.text())
  if (response.ok) {
    const { price, orderName, orderDetail } = priceAnswerSchema.parse(body)
    return { price: readYuan(price), orderName, goods: orderDetail === null ? null : readOrderDetail(orderDetail) }
  }
  const problem = problemAnswerSchema.safeParse(body)
  if (!problem.success) throw sellerUnavailableError(new Error(`status ${response.status}`))
  throw new CheckoutError(problem.data.code, problem.data.detail)
}

const sellerUnavailableError = (cause: unknown) =>
  new CheckoutError('store_unavailable', 'The seller of this item does not answer with a price. Retry later.', {
    cause,
  })
