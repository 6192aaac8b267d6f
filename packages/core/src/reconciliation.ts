// Comparing the ledger with the gateway's bills.
export {
  createBillReconciler,
  type ReconcileBill,
  type ReconciliationParts,
} from './orders/application/reconciliation/create-bill-reconciler.js'
export type {
  ReconciliationAnswer,
  ReconciliationProgress,
} from './orders/application/reconciliation/reconcile-bill.js'
export type {
  Bill,
  BillDifference,
  BillDifferenceKind,
  BillOther,
  BillPayment,
  BillRefund,
  BillRow,
  UnreadBillLine,
} from './orders/domain/bill.js'
export type {
  BillReport,
  PaymentAndRefundTally,
  PaymentSettledFromBill,
  Tally,
} from './orders/domain/bill-report.js'
export type { BillOrAbsent, BillSource } from './orders/ports/bill-source.js'
