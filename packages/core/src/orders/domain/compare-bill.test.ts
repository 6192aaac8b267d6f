import { describe, expect, it } from 'vitest'
import {
  billedPayment,
  billedRefund,
  billOf,
  compare,
  comparisonOf,
  day,
  from,
  type Given,
  ledgerPayment,
  ledgerRefund,
  NOON,
  nothing,
  ourNumber,
  to,
  unpaidLedgerPayment,
} from '../../../test/bills.js'
import { payNo } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { PayStatus } from '../../shared/status-codes.js'
import { compareBill } from './compare-bill.js'
import { externalRemainderRefundNo } from './refund.js'

const otherNumber = payNo('7123456789012345102')
const lineOf = (outTradeNo: string) => ({ lineNumber: 6, outTradeNo, body: Uint8Array.of(1) })

describe('a bill compared with our ledger', () => {
  it('the same money on both sides differs in nothing', () => {
    const given = { rows: [billedPayment(), billedRefund()], payments: [ledgerPayment()], refunds: [ledgerRefund()] }
    expect(compare(given)).toEqual(nothing)
  })

  it('the fee of the day is no difference, with or without its sign', () => {
    for (const statedServiceFee of [-59, 59]) {
      expect(compare({ rows: [billedPayment()], payments: [ledgerPayment()], beside: { statedServiceFee } })).toEqual(
        nothing,
      )
    }
  })

  it.each<[what: string, given: Given, kind: string]>([
    [
      'paid there and unpaid here',
      { rows: [billedPayment()], payments: [unpaidLedgerPayment] },
      'paid_there_unpaid_here',
    ],
    [
      'paid there and closed here',
      { rows: [billedPayment()], payments: [{ ...unpaidLedgerPayment, status: PayStatus.closed }] },
      'paid_there_unpaid_here',
    ],
    ['paid there under a number like ours that is not ours', { rows: [billedPayment()] }, 'paid_there_unknown_here'],
    [
      'one fen more there',
      { rows: [billedPayment({ amount: fen(9_901) })], payments: [ledgerPayment()] },
      'amount_differs',
    ],
    [
      'one fen less there and unpaid here',
      { rows: [billedPayment({ amount: fen(9_899) })], payments: [unpaidLedgerPayment] },
      'amount_differs',
    ],
    [
      'two lines there for one payment here',
      { rows: [billedPayment(), billedPayment()], payments: [ledgerPayment()] },
      'paid_there_twice',
    ],
    [
      'a line there of our payment that is not understood',
      { payments: [ledgerPayment()], beside: { unread: [lineOf(ourNumber)] } },
      'row_not_understood',
    ],
    [
      'a fee of the day that is not that of its lines',
      { rows: [billedPayment()], payments: [ledgerPayment()], beside: { statedServiceFee: -60 } },
      'service_fee_differs',
    ],
    ['paid here and missing there', { payments: [ledgerPayment()] }, 'paid_here_missing_there'],
    [
      'paid and refunded here, and missing there',
      { payments: [ledgerPayment({ status: PayStatus.refunded })] },
      'paid_here_missing_there',
    ],
    ['a refund there that is unknown here', { rows: [billedRefund()] }, 'refunded_there_unknown_here'],
    [
      'a refund there under another number',
      { rows: [billedRefund()], refunds: [ledgerRefund({ outRequestNo: 'R2', status: 'pending' })] },
      'refunded_there_unknown_here',
    ],
    [
      'a refund there that failed here',
      { rows: [billedRefund()], refunds: [ledgerRefund({ status: 'failed' })] },
      'refunded_there_unfinished_here',
    ],
    [
      'a refund there that is open here',
      { rows: [billedRefund()], refunds: [ledgerRefund({ status: 'pending', finishDate: null })] },
      'refunded_there_unfinished_here',
    ],
    [
      'a refund of another amount',
      { rows: [billedRefund({ amount: fen(1) })], refunds: [ledgerRefund()] },
      'refund_amount_differs',
    ],
    ['a refund here that is missing there', { refunds: [ledgerRefund()] }, 'refunded_here_missing_there'],
    [
      'a line of a kind that nobody knows',
      { rows: [{ ...billedPayment(), kind: 'other', type: '分账' }] },
      'row_of_unknown_kind',
    ],
  ])('%s is the only difference', (_, given, kind) => {
    expect(compare(given)).toEqual({ ...nothing, differences: [kind] })
  })

  it('a difference tells the number, both amounts and the time', () => {
    const bills = new Map([[day, billOf(day, [billedPayment({ amount: fen(1) })])]])
    const { differences } = compareBill({ day, bills, payments: [ledgerPayment()], refunds: [], due: { from, to } })
    expect(differences).toEqual([
      {
        kind: 'amount_differs',
        outTradeNo: ourNumber,
        outRequestNo: null,
        billAmount: 1,
        ledgerAmount: 9_900,
        at: NOON,
      },
    ])
  })

  it('a fee that differs tells both sums without a sign, and no number', () => {
    const given = { rows: [billedPayment()], payments: [ledgerPayment()], beside: { statedServiceFee: -61 } }
    const fees = {
      kind: 'service_fee_differs',
      outTradeNo: '',
      outRequestNo: null,
      billAmount: 61,
      ledgerAmount: 59,
      at: from,
    }
    expect(comparisonOf(given).differences).toEqual([fees])
  })

  it('a line that is not understood tells the price of its payment, and leaves the fee open', () => {
    const beside = { unread: [lineOf(otherNumber), lineOf('7123456789012345199')], statedServiceFee: -100 }
    const payments = [ledgerPayment(), ledgerPayment({ payNo: otherNumber, totalPrice: fen(1) })]
    const { differences } = comparisonOf({ rows: [billedPayment()], payments, beside })
    expect(differences.map(({ kind, ledgerAmount }) => [kind, ledgerAmount])).toEqual([
      ['row_not_understood', 1],
      ['row_not_understood', null],
    ])
  })

  it('what was left of a closed trade stands for refunds up to its amount, and for no more', () => {
    const remainder = ledgerRefund({ outRequestNo: externalRemainderRefundNo(ourNumber), amount: fen(5_000) })
    const refunds = [3_000, 2_000, 1].map((amount) =>
      billedRefund({ outRequestNo: `by hand ${amount}`, amount: fen(amount) }),
    )
    const given = { rows: [billedPayment(), ...refunds], payments: [ledgerPayment()], refunds: [remainder] }
    expect(comparisonOf(given).differences).toMatchObject([{ kind: 'refunded_there_unknown_here', billAmount: 1 }])
  })

  it.each([
    [[ledgerPayment()], 9_900],
    [[], null],
  ])('a second line of one payment, of which we have %j, tells the price of it', (payments, ledgerAmount) => {
    const [last] = comparisonOf({ rows: [billedPayment(), billedPayment()], payments }).differences.toReversed()
    expect(last).toMatchObject({ kind: 'paid_there_twice', ledgerAmount })
  })

  it("given lines with another shop's numbers, then they are reported apart", () => {
    const rows = [billedPayment({ outTradeNo: 'WX-2026-1' }), billedRefund({ outTradeNo: 'WX-2026-1' })]
    expect(compare({ rows })).toEqual({ ...nothing, foreign: 2 })
  })

  it('another refund of the same payment that ended on another day is not missing in this bill', () => {
    const others = [-1, 1].map((days) => {
      const at = NOON + days * 86_400_000
      return ledgerRefund({ outRequestNo: `R${days} day`, createDate: at, finishDate: at })
    })
    expect(compare({ rows: [billedRefund()], refunds: [ledgerRefund(), ...others] })).toEqual(nothing)
  })

  it('a refund that has not succeeded here is not missing there', () => {
    const refunds = [
      ledgerRefund({ status: 'failed' }),
      ledgerRefund({ outRequestNo: 'R2', status: 'pending', finishDate: null }),
    ]
    expect(compare({ refunds })).toEqual(nothing)
  })
})
