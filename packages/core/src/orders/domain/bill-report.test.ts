import { expect, it } from 'vitest'
import type { PayNo } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { PayStatus } from '../../shared/status-codes.js'
import { tallyLedgerByKind } from './bill-report.js'
import type { LedgerRefund } from './ledger.js'

const payNo = '7123456789012345101' as PayNo
const span = { from: 0, to: 10 }

it('a day of our ledger counts what was paid and refunded from its first moment to its last', () => {
  const payments = [null, -1, 0, 9, 10].map((paySuccessTime, index) => ({
    ...{ payNo, totalPrice: fen(10 ** index), status: PayStatus.paid, outPayNo: null, paySuccessTime },
  }))
  const refunds = [null, -1, 0, 9, 10].map((finishDate, index) => ({
    ...{ payNo, outRequestNo: 'R', amount: fen(10 ** index), createDate: 0, finishDate, status: 'succeeded' as const },
  }))
  const sides = { count: 2, sum: 1_100 }
  expect(tallyLedgerByKind(payments, refunds, span)).toEqual({ payments: sides, refunds: sides })
})

it('a day of our ledger counts no refund that failed or is pending', () => {
  const refund = { payNo, outRequestNo: 'R', amount: fen(100), createDate: 0 }
  const refunds: LedgerRefund[] = [
    { ...refund, status: 'failed', finishDate: 5 },
    { ...refund, status: 'pending', finishDate: null },
  ]
  expect(tallyLedgerByKind([], refunds, span).refunds).toEqual({ count: 0, sum: 0 })
})
