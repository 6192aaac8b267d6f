import type { OperatorAction } from '../../../shared/operator-action.js'
import type { RateLimiter } from '../../../shared/rate-limiter.js'
import { isUnpaid, type Payment } from '../../domain/payment.js'
import type { QueriedTradeStatus } from '../../domain/payment-evidence.js'
import type { UseCaseDependencies } from '../update-order.js'
import type { SettleEvidence } from './settle-evidence.js'

/** The payment, and the operator's action that asked for the query. */
export interface PaymentQueryRequest extends Pick<Payment, 'payNo'> {
  readonly action?: OperatorAction
}

export type QueryGateway = (query: PaymentQueryRequest) => Promise<QueriedTradeStatus>

/**
 * Queries the gateway about one payment and settles what the answer proves. `unknown`, also for evidence that the gate
 * refused, and `no_trade` change nothing. The action is stored in the commit of the evidence, or alone.
 */
export function queryGateway(
  { gateway, store }: Pick<UseCaseDependencies, 'gateway' | 'store'>,
  settle: SettleEvidence,
): QueryGateway {
  return async ({ payNo, action }) => {
    const answer = await gateway.query(payNo)
    if (answer.kind !== 'evidence') {
      if (action !== undefined) await store.operatorLog.append({ ...action, detail: answer.kind })
      return answer.kind
    }
    const { accepted } = await settle(answer.evidence, answer.body, action)
    return accepted ? answer.evidence.tradeStatus : 'unknown'
  }
}

/** True when the gateway was queried: then the stored payment may have changed. */
export type QueryIfDue = (payment: Payment) => Promise<boolean>

/**
 * Queries the gateway about an unpaid payment when its slot is free and the rate limit allows it, however many callers
 * wait for it.
 */
export function queryIfDue(
  { store, clock, settings }: Pick<UseCaseDependencies, 'store' | 'clock' | 'settings'>,
  query: QueryGateway,
  rateLimiter: RateLimiter,
): QueryIfDue {
  return async (payment) => {
    // Beyond the rate limit a slot would be taken for nothing, at the cost of a write for each look of a buyer.
    if (!isUnpaid(payment) || rateLimiter.isExhausted()) return false
    const now = clock.now()
    if (!(await store.schedule.tryAcquireQuerySlot(payment.payNo, now, now + settings.queryIntervalMs))) return false
    if (!rateLimiter.tryAcquire()) return false
    await query(payment)
    return true
  }
}

export type QueryAndCloseTrade = (payment: Pick<Payment, 'payNo'>) => Promise<'done' | 'unclear'>

/**
 * Makes sure that nobody can pay a payment any more: queries first (which books what was paid), then closes a trade
 * that waits. `unclear` when the gateway gives no clear answer. Without a trade there is nothing to close; the signed
 * expiry ends the page.
 */
export function queryAndCloseTrade(
  { gateway }: Pick<UseCaseDependencies, 'gateway'>,
  query: QueryGateway,
): QueryAndCloseTrade {
  return async (payment) => {
    const status = await query(payment)
    if (status === 'unknown') return 'unclear'
    if (status !== 'waiting') return 'done'
    const answer = await gateway.close(payment.payNo)
    if (answer.kind === 'unknown') return 'unclear'
    // Paid between the two calls: another query books it.
    return answer.kind === 'not_closable' && (await query(payment)) === 'unknown' ? 'unclear' : 'done'
  }
}
