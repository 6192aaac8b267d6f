import { fen } from '../../shared/money.js'
import type { Bill, BillDifference, BillPayment } from './bill.js'
import type { Merchant, PaymentEvidence } from './payment-evidence.js'

/**
 * The payments of a bill that only have to be booked here. One that was refunded there already is left to an operator:
 * its money is gone again, and a settlement would fulfil the order.
 */
export function billPaymentsToBook(differences: readonly BillDifference[], bill: Bill): BillPayment[] {
  const unpaid = new Set<string>()
  for (const { kind, outTradeNo } of differences) if (kind === 'paid_there_unpaid_here') unpaid.add(outTradeNo)
  for (const row of bill.rows) if (row.kind === 'refund') unpaid.delete(row.outTradeNo)
  // Taken out of the set, so that a number that stands twice is booked once.
  return bill.rows.filter((row): row is BillPayment => row.kind === 'payment' && unpaid.delete(row.outTradeNo))
}

/**
 * A line of a bill as a proof for the gate. The bill is that of the account our app asked for; it does not name the
 * app.
 */
export const evidenceOfBillPayment = (row: BillPayment, { sellerId }: Bill, { appId }: Merchant): PaymentEvidence => ({
  source: 'bill',
  appId,
  sellerId,
  outTradeNo: row.outTradeNo,
  tradeNo: row.tradeNo,
  tradeStatus: 'paid',
  totalAmount: row.amount,
  paidAt: row.bookedAt,
  refundedAmount: fen(0),
  refundRequestNo: null,
})
