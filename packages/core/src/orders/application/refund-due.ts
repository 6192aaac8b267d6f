import { PayStatus } from '../../shared/status-codes.js'
import type { Refund } from '../domain/refund.js'
import type { RefundAnswer } from '../ports/payment-gateway.js'
import type { OrderDependencies } from './order-dependencies.js'

type Dependencies = Pick<OrderDependencies, 'unitOfWork' | 'stores' | 'gateway' | 'clock'>

export interface RefundReport {
  readonly succeeded: number
  readonly failed: number
  /** Not clear yet; asked again with the same number. */
  readonly pending: number
  /** A full batch was claimed: more may wait. */
  readonly more: boolean
}

/** Alipay answers a refund query for certain only 10 s after the refund; until then nobody asks about it again. */
const LEASE_MS = 15_000

/** One round of the refund worker: pays back what is due, always under the number that was stored before. */
export function refundDue({ unitOfWork, stores, gateway, clock }: Dependencies, batch = 20) {
  return async (): Promise<RefundReport> => {
    const due = await stores.refunds.claimDue(batch, LEASE_MS)
    const report = { succeeded: 0, failed: 0, pending: 0, more: due.length === batch }
    for (const refund of due) {
      const end = endOf(await payBack(gateway, refund))
      if (end !== 'pending') await unitOfWork.run((bound) => finish(bound, refund, end, clock.now()))
      report[end] += 1
    }
    return report
  }
}

/** `fund_change=Y` alone proves that money moved; whatever else was said, the refund query decides. */
async function payBack(gateway: Dependencies['gateway'], refund: Refund): Promise<RefundAnswer> {
  const { payNo, amount, reason, outRequestNo } = refund
  const known = await gateway.queryRefund(payNo, outRequestNo)
  if (known.kind === 'unknown') return known
  if (known.kind === 'succeeded') return { kind: 'succeeded' }
  return gateway.refund({ payNo, amount, reason, outRequestNo })
}

function endOf(answer: RefundAnswer): Refund['status'] {
  switch (answer.kind) {
    case 'succeeded':
      return 'succeeded'
    case 'refused':
      return 'failed'
    case 'accepted':
    case 'unknown':
      return 'pending'
  }
}

/** A surplus or late payment went back whole: its attempt is refunded, the order stays what it is. */
async function finish(
  { refunds, payRecords }: Dependencies['stores'],
  refund: Refund,
  end: 'succeeded' | 'failed',
  now: number,
): Promise<void> {
  if (!(await refunds.finish(refund.id, end, now)) || end === 'failed') return
  await payRecords.change(refund.payNo, { from: PayStatus.paid, to: PayStatus.refunded })
}
