import { CheckoutError, type OrderType } from '@coursepay/core'
import { fetchLimited, type PaidOrders } from '@coursepay/core/ports'
import { z } from 'zod'
import { paidOrdersAudience, purposeAuthorization } from '../authentication/purpose-token.js'

export interface HttpPaidOrdersOptions {
  /** Where the order service is reached, such as `http://127.0.0.1:3000`. */
  readonly baseUrl: string
  /** What is sold here; other orders are not asked about. */
  readonly orderType: OrderType
  /** This seller's own, on both sides; 32 bytes or more. */
  readonly key: string
  readonly fetch?: typeof globalThis.fetch
  /** Default 3000. */
  readonly timeoutMs?: number
  /** Allows an `http:` address off this machine: in a private network whose operator says so. */
  readonly allowHttp?: boolean
}

const MAX_ANSWER_BYTES = 4 * 1024
const answerSchema = z.object({ state: z.enum(['sent', 'not_paid']) })

/**
 * The paid orders of an order service in another process; the other end is `paidOrderRoutes`. Throws `invalid_request`
 * when the key is shorter than 32 bytes.
 */
export function httpPaidOrders(options: HttpPaidOrdersOptions): PaidOrders {
  const { baseUrl, orderType, key, timeoutMs = 3_000, allowHttp = false, fetch } = options
  const limits = {
    method: 'POST',
    timeoutMs,
    allowHttp,
    maxBytes: MAX_ANSWER_BYTES,
    ...(fetch ? { fetch } : {}),
  } as const
  const authorization = purposeAuthorization(paidOrdersAudience(orderType), key)
  return {
    async resendMessage(ofType, outBusinessId) {
      if (ofType !== orderType) return 'not_paid'
      const path = [orderType, outBusinessId].map(encodeURIComponent).join('/')
      const headers = { Authorization: await authorization() }
      try {
        const response = await fetchLimited(`${baseUrl}/api/paid-orders/${path}/resend`, { ...limits, headers })
        if (!response.ok) throw new Error(`status ${response.status}`)
        return answerSchema.parse(JSON.parse(response.text())).state
      } catch (cause) {
        const sentence = 'The order service does not answer whether this order is paid. Retry later.'
        throw new CheckoutError('store_unavailable', sentence, { cause })
      }
    },
  }
}
