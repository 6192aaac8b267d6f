import type { RateLimiter } from '../../../shared/rate-limiter.js'
import { findRefund } from '../../domain/order.js'
import type { ScheduleEntry } from '../../ports/poll-schedule.js'
import { REFUND_PROCESSING_LEASE_MS } from '../settlement/settle-evidence.js'
import type { UseCaseDependencies } from '../update-order.js'
import type { ProcessRefund } from './process-refund.js'

export interface RefundReport {
  /** Refunds that ended, and entries that needed nothing any more. */
  readonly done: number
  /** Not clear yet; processed again with the same number. */
  readonly pending: number
  /** A full batch was due: more may wait. */
  readonly more: boolean
}

/** One round of the refund worker. Safe in many processes: each entry is under a lease while it is processed. */
export function processDueRefunds(
  { store, clock }: Pick<UseCaseDependencies, 'store' | 'clock'>,
  processRefund: ProcessRefund,
  rateLimiter: RateLimiter,
  batch = 20,
) {
  return async (): Promise<RefundReport> => {
    const due = await store.schedule.listDue('refund', clock.now(), batch)
    const report = { done: 0, pending: 0 }
    // One by one: the lease of the last of many would end before its turn came.
    for (const entry of due) {
      if (!rateLimiter.tryAcquire()) break
      const dueAt = clock.now() + REFUND_PROCESSING_LEASE_MS
      if (!(await store.schedule.reschedule(entry, dueAt))) continue
      const progress = await processRefund(entry)
      if (progress === 'done') await removeScheduleEntry(store, { ...entry, dueAt })
      report[progress] += 1
    }
    return { ...report, more: due.length === batch && report.done > 0 }
  }
}

/**
 * A refund that failed may be opened again at the same time. Its commit finds this entry and adds none, so it is looked
 * for afterwards.
 */
async function removeScheduleEntry(
  { orders, schedule }: UseCaseDependencies['store'],
  entry: ScheduleEntry,
): Promise<void> {
  await schedule.reschedule(entry, null)
  const order = await orders.find({ payNo: entry.payNo })
  const refund = order && findRefund(order, entry.payNo, entry.outRequestNo)
  if (refund?.status === 'pending') await schedule.schedule(entry)
}
