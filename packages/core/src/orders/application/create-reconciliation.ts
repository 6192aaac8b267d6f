import type { OrderDependencies } from './order-dependencies.js'
import { type ReconciliationDependencies, reconcileBill } from './reconcile-bill.js'
import { settlePayment } from './settle-payment.js'

/** Everything that a reconciliation needs, by name: a part of the order service's, and the two sides that are compared. */
export type ReconciliationParts = ReconciliationDependencies &
  Pick<OrderDependencies, 'unitOfWork' | 'ids'> & {
    readonly settings: Pick<OrderDependencies['settings'], 'latePolicy'>
  } & Partial<Pick<OrderDependencies, 'wakeRelay'>>

export type ReconcileBill = ReturnType<typeof reconcileBill>

/** For a process of its own (`npm run reconcile`); a server's relay finds the messages that it leaves in the outbox. */
export function createReconciliation(parts: ReconciliationParts): ReconcileBill {
  return reconcileBill(parts, settlePayment({ wakeRelay: () => {}, ...parts }))
}
