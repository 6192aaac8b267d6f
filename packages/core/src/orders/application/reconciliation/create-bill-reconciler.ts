import type { Scheduler } from '../../../shared/ports/clock.js'
import { systemScheduler } from '../../../shared/system-time.js'
import type { OrderDependencies } from '../order-dependencies.js'
import { processRefund } from '../refunds/process-refund.js'
import { queryGateway } from '../settlement/query-gateway.js'
import { settleEvidence } from '../settlement/settle-evidence.js'
import { createOrderUpdater } from '../update-order.js'
import { type ReconciliationDependencies, reconcileBill } from './reconcile-bill.js'

/** Everything that a reconciliation needs, by name: a part of the order service's, and the bills. */
export interface ReconciliationParts extends ReconciliationDependencies, Pick<OrderDependencies, 'ids'> {
  readonly settings: Pick<OrderDependencies['settings'], 'latePolicy'>
  readonly scheduler?: Scheduler
  readonly wakeRelay?: () => void
}

export type ReconcileBill = ReturnType<typeof reconcileBill>

/** For a process of its own (`npm run reconcile`); a server's relay finds the messages that it leaves in the outbox. */
export function createBillReconciler(parts: ReconciliationParts): ReconcileBill {
  const updateOrder = createOrderUpdater({ scheduler: systemScheduler, wakeRelay: () => {}, ...parts })
  const dependencies = { ...parts, updateOrder }
  const settle = settleEvidence(dependencies)
  const refund = processRefund({ ...dependencies, query: queryGateway(dependencies, settle) })
  return reconcileBill(parts, settle, refund)
}
