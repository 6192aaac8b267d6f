import { refundId } from '../../../shared/identifiers.js'
import { fen } from '../../../shared/money.js'
import { PayStatus } from '../../../shared/status-codes.js'
import type { DecisionFacts } from '../../domain/automatic-refund.js'
import { bookExternalRefund, finishRefund } from '../../domain/finish-refund.js'
import { findRefund, type Order } from '../../domain/order.js'
import type { OrderChange } from '../../domain/order-message.js'
import type { Payment } from '../../domain/payment.js'
import { externalRemainderRefundNo, isPlaceholderRefundNo, type Refund, refundedAmount } from '../../domain/refund.js'
import type { ScheduleEntry } from '../../ports/poll-schedule.js'
import { findPaymentBy, loadPayment } from '../checkout/load-order.js'
import type { QueryGateway } from '../settlement/query-gateway.js'
import { newlyPendingRefundEntries } from '../settlement/settle-evidence.js'
import { drawDecisionFacts, type UseCaseDependencies, withExistingOrder } from '../update-order.js'

type ProcessRefundDependencies = Pick<UseCaseDependencies, 'store' | 'updateOrder' | 'gateway' | 'clock' | 'ids'> & {
  readonly query: QueryGateway
}

/** A refund that the gateway does not know and will not do (its trade is closed) fails after this time. */
const FAIL_REFUND_AFTER_MS = 3_600_000

/** `pending`: not clear yet, to be processed again. */
export type RefundProgress = 'done' | 'pending'

export type ProcessRefund = (entry: Pick<ScheduleEntry, 'payNo' | 'outRequestNo'>) => Promise<RefundProgress>

/**
 * Brings one scheduled refund to its end: a pending one of ours is sent to the gateway under its stored number; one
 * that only the gateway knows is confirmed by a query and booked. No transaction is open during the calls. An unclear
 * outcome stays pending.
 */
export function processRefund(dependencies: ProcessRefundDependencies): ProcessRefund {
  const { store } = dependencies
  return async ({ payNo, outRequestNo }) => {
    const found = await findPaymentBy(store, { payNo })
    if (found === null) return 'done'
    const refund = findRefund(found.order, payNo, outRequestNo)
    if (refund !== null) return refund.status === 'pending' ? executeRefund(dependencies, refund) : 'done'
    return confirmExternalRefund(dependencies, found.payment, outRequestNo)
  }
}

async function executeRefund(dependencies: ProcessRefundDependencies, refund: Refund): Promise<RefundProgress> {
  const { gateway, clock, query } = dependencies
  const { payNo, amount, reason, outRequestNo } = refund
  // What the refund query knows for certain comes first; a refund that it does not know is sent, or sent again.
  const known = await gateway.queryRefund(payNo, outRequestNo)
  if (known.kind === 'unknown') return 'pending'
  if (known.kind === 'succeeded') {
    // Another amount under our number is a riddle that only a person can solve: it stays pending, and is shown.
    return known.amount === amount ? commitFinishedRefund(dependencies, refund, 'succeeded') : 'pending'
  }
  const answer = await gateway.refund({ payNo, amount, reason, outRequestNo })
  if (answer.kind === 'succeeded') return commitFinishedRefund(dependencies, refund, 'succeeded')
  if (answer.kind === 'refused') return commitFinishedRefund(dependencies, refund, 'failed')
  if (answer.kind !== 'trade_closed') return 'pending'
  if ((await query(refund)) === 'closed' && (await bookRemainderAsRefunded(dependencies, refund.payNo)) === 'done')
    return 'done'
  const isOverdue = clock.now() - refund.createDate >= FAIL_REFUND_AFTER_MS
  return isOverdue ? commitFinishedRefund(dependencies, refund, 'failed') : 'pending'
}

const commitFinishedRefund = (
  dependencies: ProcessRefundDependencies,
  refund: Refund,
  end: 'succeeded' | 'failed',
): Promise<RefundProgress> =>
  commitRefundChange(dependencies, refund.payNo, (order, facts) => finishRefund(order, refund, end, facts))

/**
 * A refund that was made elsewhere, such as in Alipay's console. A query confirms it; what the query does not confirm
 * changes nothing. Without a number, only a closed trade tells that all was refunded.
 */
async function confirmExternalRefund(
  dependencies: ProcessRefundDependencies,
  payment: Payment,
  outRequestNo: string,
): Promise<RefundProgress> {
  const { gateway, query } = dependencies
  const { payNo } = payment
  if (payment.status !== PayStatus.paid) {
    // The notification of the payment itself was lost: a query books it first.
    const status = await query(payment)
    if (status === 'unknown') return 'pending'
    if (payment.status === PayStatus.refunded || (status !== 'paid' && status !== 'finished')) return 'done'
  }
  if (!isPlaceholderRefundNo(outRequestNo)) {
    const answer = await gateway.queryRefund(payNo, outRequestNo)
    if (answer.kind === 'unknown') return 'pending'
    if (answer.kind === 'succeeded') {
      return commitExternalRefund(dependencies, payment, () => ({ outRequestNo, amount: answer.amount }))
    }
  }
  const status = await query(payment)
  if (status === 'unknown') return 'pending'
  return status === 'closed' ? bookRemainderAsRefunded(dependencies, payNo) : 'done'
}

/** The gateway closed a paid trade: all of it was refunded. Pending refunds of ours are asked for first. */
async function bookRemainderAsRefunded(
  dependencies: ProcessRefundDependencies,
  payNo: Payment['payNo'],
): Promise<RefundProgress> {
  const { store, gateway } = dependencies
  const { order, payment } = await loadPayment(store, { payNo })
  if (payment.status !== PayStatus.paid) return 'done'
  for (const refund of order.refunds.filter((each) => each.payNo === payNo && each.status !== 'succeeded')) {
    const answer = await gateway.queryRefund(payNo, refund.outRequestNo)
    if (answer.kind === 'unknown') return 'pending'
    if (answer.kind === 'succeeded') await commitFinishedRefund(dependencies, refund, 'succeeded')
  }
  return commitExternalRefund(dependencies, payment, (current) => {
    const rest = fen(payment.totalPrice - refundedAmount(payment, current.refunds))
    return rest === 0 ? null : { outRequestNo: externalRemainderRefundNo(payNo), amount: rest }
  })
}

async function commitExternalRefund(
  dependencies: ProcessRefundDependencies,
  { payNo }: Payment,
  refundOf: (order: Order) => Pick<Refund, 'outRequestNo' | 'amount'> | null,
): Promise<RefundProgress> {
  const id = refundId(await dependencies.ids.nextId())
  return commitRefundChange(dependencies, payNo, (order, facts) => {
    const external = refundOf(order)
    return external === null ? { order, messages: [] } : bookExternalRefund(order, { ...external, id, payNo }, facts)
  })
}

/** Commits what a pure function makes of the order, with the refunds that it opens. */
async function commitRefundChange(
  dependencies: ProcessRefundDependencies,
  payNo: Payment['payNo'],
  change: (order: Order, facts: DecisionFacts) => OrderChange,
): Promise<RefundProgress> {
  const facts = await drawDecisionFacts(dependencies)
  const decide = withExistingOrder((before) => {
    const { order: after, messages } = change(before, facts)
    return { after, messages, schedule: newlyPendingRefundEntries(before, after, facts.now), result: null }
  })
  await dependencies.updateOrder({ payNo }, decide)
  return 'done'
}
