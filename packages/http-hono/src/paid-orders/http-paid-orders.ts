import { CheckoutError, type OrderType } from '@coursepay/core'
import { fetchLimited, type PaidMessageResender } from '@coursepay/core/ports'
import { z } from 'zod'
import { createPurposeHeaderFactory, paidOrdersAudienceOf } from '../authentication/purpose-token.js'
import type { HttpPriceSourceOptions } from '../prices/http-price-source.js'

export interface HttpPaidOrdersOptions extends Omit<HttpPriceSourceOptions, 'baseUrl' | 'orderType'> {
  /** Where the order service is reached, such as `http://127.0.0.1:3000`. */
  readonly baseUrl: string
  /** What is sold here; other orders are not asked about. */
  readonly orderType: OrderType
}

const MAX_ANSWER_BYTES = 4 * 1024
const answerSchema = z.object({ state: z.enum(['sent', 'not_paid']) })

/**
 * The paid orders of an order service in another process; the other end is `paidOrderRoutes`. Throws `invalid_request`
 * when the key is shorter than 32 bytes.
 */
export function httpPaidOrders(options: HttpPaidOrdersOptions): PaidMessageResender {
  const { baseUrl, orderType, key, timeoutMs = 3_000, allowHttp = false, fetch } = options
  const limits = { timeoutMs, allowHttp, maxBytes: MAX_ANSWER_BYTES, ...(fetch ? { fetch } : {}) }
  const authorization = createPurposeHeaderFactory(paidOrdersAudienceOf(orderType), key)
  return {
    async resendMessage(ofType, outBusinessId) {
      if (ofType !== orderType) return 'not_paid'
      const path = [orderType, outBusinessId].map(encodeURIComponent).join('/')
      const headers = { Authorization: await authorization() }
      try {
        const url = `${baseUrl}/api/paid-orders/${path}/resend`
        const response = await fetchLimited(url, { ...limits, method: 'POST', headers })
        if (!response.ok) throw new Error(`status ${response.status}`)
        return answerSchema.parse(JSON.parse(response.text())).state
      } catch (cause) {
        const sentence = 'The order service does not answer whether this order is paid. Retry later.'
        throw new CheckoutError('store_unavailable', sentence, { cause })
      }
    },
  }
}
