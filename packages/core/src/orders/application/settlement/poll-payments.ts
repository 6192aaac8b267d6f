import { forEachConcurrent } from '../../../shared/for-each-concurrent.js'
import type { EpochMs } from '../../../shared/ports/clock.js'
import type { RateLimiter } from '../../../shared/rate-limiter.js'
import { OrderStatus, PayStatus } from '../../../shared/status-codes.js'
import { closeObsoletePayment } from '../../domain/close-order.js'
import type { Order } from '../../domain/order.js'
import type { Payment } from '../../domain/payment.js'
import { nextPollByPaymentAge } from '../../domain/poll-backoff.js'
import type { ScheduleEntry } from '../../ports/poll-schedule.js'
import { prepareClosureEntriesOf } from '../checkout/closure-entries.js'
import { findPaymentBy } from '../checkout/load-order.js'
import { type UseCaseDependencies, withExistingOrder } from '../update-order.js'
import type { QueryAndCloseTrade, QueryGateway } from './query-gateway.js'

type PollPaymentsDependencies = Pick<UseCaseDependencies, 'store' | 'updateOrder' | 'clock' | 'ids'>

export interface PollReport {
  /** Payments that the gateway was queried about. */
  readonly queried: number
  /** The rate limit was reached, or another process did it. */
  readonly skipped: number
  /** A full batch was due: more may wait. */
  readonly more: boolean
}

/** The signed time ends a page by the gateway's clock, and a payment in progress may take a little longer. */
const POLL_AFTER_EXPIRY_MS = 60_000

/** One query takes some 200 ms, and 6 s when the gateway hangs. */
const MAX_CONCURRENT = 10

/**
 * One round of the poller: finds payments whose notification was lost, and closes at the gateway what is open of an
 * order that was paid or closed. Only payments whose page was opened are scheduled. Safe in many processes: one of them
 * moves an entry on.
 */
export function pollPayments(
  dependencies: PollPaymentsDependencies,
  query: QueryGateway,
  close: QueryAndCloseTrade,
  rateLimiter: RateLimiter,
  batch = 50,
) {
  const { store, updateOrder, clock } = dependencies
  return async (): Promise<PollReport> => {
    const due = await store.schedule.listDue('poll', clock.now(), batch)
    let queried = 0
    await forEachConcurrent(due, MAX_CONCURRENT, async (entry) => {
      if (rateLimiter.tryAcquire() && (await pollEntry(entry))) queried += 1
    })
    return { queried, skipped: due.length - queried, more: queried === batch }
  }

  /** True when this process queried the gateway. */
  async function pollEntry(entry: ScheduleEntry): Promise<boolean> {
    const found = await findPaymentBy(store, entry)
    if (found === null || !hasPollableStatus(found.payment)) {
      await store.schedule.reschedule(entry, null)
      return false
    }
    const { order, payment } = found
    const dueAt: EpochMs = nextPollByPaymentAge(payment.payNo, payment.createDate, clock.now())
    if (!(await store.schedule.reschedule(entry, dueAt))) return false
    if (!(await pollPayment(order, payment))) await store.schedule.reschedule({ ...entry, dueAt }, null)
    return true
  }

  /** True when the payment needs another poll later. */
  async function pollPayment(order: Order, payment: Payment): Promise<boolean> {
    if (payment.status === PayStatus.closed) {
      const status = await query(payment)
      return status !== 'closed' && (status === 'unknown' || clock.now() < payment.expireDate + POLL_AFTER_EXPIRY_MS)
    }
    if (order.status === OrderStatus.unpaid) await query(payment)
    else if ((await close(payment)) === 'done') await closeObsolete(order, payment)
    return true
  }

  /** Another payment paid the order, or it is closed: nobody should pay this one any more. */
  async function closeObsolete({ id }: Order, payment: Payment): Promise<void> {
    const entriesOf = await prepareClosureEntriesOf(dependencies, [payment.payNo], 'obsolete')
    const decide = withExistingOrder((current) => {
      const after = closeObsoletePayment(current, payment)
      return { after, journal: entriesOf(current, after), result: null }
    })
    await updateOrder({ id }, decide)
  }
}

const hasPollableStatus = ({ status }: Payment) => status === PayStatus.unpaid || status === PayStatus.closed
