import type { OrderDependencies } from './order-dependencies.js'
import type { PayBack } from './pay-back.js'

export interface RefundReport {
  readonly succeeded: number
  readonly failed: number
  /** Not clear yet; asked again with the same number. */
  readonly pending: number
  /** A full batch was claimed: more may wait. */
  readonly more: boolean
}

/**
 * Alipay answers a refund query for certain only 10 s after the refund; until then nobody asks about it again. The lease begins before
 * the two calls, which may take 6 s each.
 */
export const REFUND_LEASE_MS = 25_000

/** One round of the refund worker: gives back what is due. Safe in many processes: each refund is under a lease. */
export function refundDue({ stores }: Pick<OrderDependencies, 'stores'>, payBack: PayBack, batch = 20) {
  return async (): Promise<RefundReport> => {
    const report = { succeeded: 0, failed: 0, pending: 0, more: true }
    for (let count = 0; count < batch && report.more; count += 1) {
      // One by one: the lease of the last of many would be over before its turn came.
      const [refund] = await stores.refunds.claimDue(1, REFUND_LEASE_MS)
      report.more = refund !== undefined
      if (refund !== undefined) report[await payBack(refund)] += 1
    }
    return report
  }
}
