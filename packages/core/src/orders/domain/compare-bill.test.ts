import { describe, expect, it } from 'vitest'
import {
  billOf,
  compare,
  comparisonOf,
  day,
  from,
  type Given,
  NOON,
  nothing,
  ourNumber,
  paidHere,
  paidThere,
  refundedHere,
  refundedThere,
  to,
  unpaidHere,
} from '../../../test/bills.js'
import { payNo } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { PayStatus } from '../../shared/status-codes.js'
import { compareBill } from './compare-bill.js'
import { remainderRefundNo } from './refund.js'

const otherNumber = payNo('7123456789012345102')
const lineOf = (outTradeNo: string) => ({ lineNumber: 6, outTradeNo, body: Uint8Array.of(1) })

describe('a bill compared with our ledger', () => {
  it('the same money on both sides differs in nothing', () => {
    const given = { there: [paidThere(), refundedThere()], payments: [paidHere()], refunds: [refundedHere()] }
    expect(compare(given)).toEqual(nothing)
  })

  it('the fee of the day is no difference, with or without its sign', () => {
    for (const statedServiceFee of [-59, 59]) {
      expect(compare({ there: [paidThere()], payments: [paidHere()], beside: { statedServiceFee } })).toEqual(nothing)
    }
  })

  it.each<[what: string, given: Given, kind: string]>([
    ['paid there and unpaid here', { there: [paidThere()], payments: [unpaidHere] }, 'paid_there_unpaid_here'],
    [
      'paid there and closed here',
      { there: [paidThere()], payments: [{ ...unpaidHere, status: PayStatus.closed }] },
      'paid_there_unpaid_here',
    ],
    ['paid there under a number like ours that is not ours', { there: [paidThere()] }, 'paid_there_unknown_here'],
    ['one fen more there', { there: [paidThere({ amount: fen(9_901) })], payments: [paidHere()] }, 'amount_differs'],
    [
      'one fen less there and unpaid here',
      { there: [paidThere({ amount: fen(9_899) })], payments: [unpaidHere] },
      'amount_differs',
    ],
    [
      'two lines there for one payment here',
      { there: [paidThere(), paidThere()], payments: [paidHere()] },
      'paid_there_twice',
    ],
    [
      'a line there of our payment that is not understood',
      { payments: [paidHere()], beside: { unread: [lineOf(ourNumber)] } },
      'row_not_understood',
    ],
    [
      'a fee of the day that is not that of its lines',
      { there: [paidThere()], payments: [paidHere()], beside: { statedServiceFee: -60 } },
      'service_fee_differs',
    ],
    ['paid here and missing there', { payments: [paidHere()] }, 'paid_here_missing_there'],
    [
      'paid and refunded here, and missing there',
      { payments: [paidHere({ status: PayStatus.refunded })] },
      'paid_here_missing_there',
    ],
    ['a refund there that is unknown here', { there: [refundedThere()] }, 'refunded_there_unknown_here'],
    [
      'a refund there under another number',
      { there: [refundedThere()], refunds: [refundedHere({ outRequestNo: 'R2', status: 'pending' })] },
      'refunded_there_unknown_here',
    ],
    [
      'a refund there that failed here',
      { there: [refundedThere()], refunds: [refundedHere({ status: 'failed' })] },
      'refunded_there_unfinished_here',
    ],
    [
      'a refund there that is open here',
      { there: [refundedThere()], refunds: [refundedHere({ status: 'pending', finishDate: null })] },
      'refunded_there_unfinished_here',
    ],
    [
      'a refund of another amount',
      { there: [refundedThere({ amount: fen(1) })], refunds: [refundedHere()] },
      'refund_amount_differs',
    ],
    ['a refund here that is missing there', { refunds: [refundedHere()] }, 'refunded_here_missing_there'],
    [
      'a line of a kind that nobody knows',
      { there: [{ ...paidThere(), kind: 'other', type: '分账' }] },
      'row_of_unknown_kind',
    ],
  ])('%s is the only difference', (_, given, kind) => {
    expect(compare(given)).toEqual({ ...nothing, differences: [kind] })
  })

  it('a difference tells the number, both amounts and the time', () => {
    const bills = new Map([[day, billOf(day, [paidThere({ amount: fen(1) })])]])
    const { differences } = compareBill({ day, bills, payments: [paidHere()], refunds: [], due: { from, to } })
    expect(differences).toEqual([
      { kind: 'amount_differs', outTradeNo: ourNumber, outRequestNo: null, there: 1, here: 9_900, at: NOON },
    ])
  })

  it('a fee that differs tells both sums without a sign, and no number', () => {
    const given = { there: [paidThere()], payments: [paidHere()], beside: { statedServiceFee: -61 } }
    const fees = { kind: 'service_fee_differs', outTradeNo: '', outRequestNo: null, there: 61, here: 59, at: from }
    expect(comparisonOf(given).differences).toEqual([fees])
  })

  it('a line that is not understood tells the price of its payment, and leaves the fee open', () => {
    const beside = { unread: [lineOf(otherNumber), lineOf('7123456789012345199')], statedServiceFee: -100 }
    const payments = [paidHere(), paidHere({ payNo: otherNumber, totalPrice: fen(1) })]
    const { differences } = comparisonOf({ there: [paidThere()], payments, beside })
    expect(differences.map(({ kind, here }) => [kind, here])).toEqual([
      ['row_not_understood', 1],
      ['row_not_understood', null],
    ])
  })

  it('what was left of a closed trade stands for refunds up to its amount, and for no more', () => {
    const remainder = refundedHere({ outRequestNo: remainderRefundNo(ourNumber), amount: fen(5_000) })
    const refunds = [3_000, 2_000, 1].map((amount) =>
      refundedThere({ outRequestNo: `by hand ${amount}`, amount: fen(amount) }),
    )
    const given = { there: [paidThere(), ...refunds], payments: [paidHere()], refunds: [remainder] }
    expect(comparisonOf(given).differences).toMatchObject([{ kind: 'refunded_there_unknown_here', there: 1 }])
  })

  it.each([
    [[paidHere()], 9_900],
    [[], null],
  ])('a second line of one payment, of which we have %j, tells the price of it', (payments, here) => {
    const [last] = comparisonOf({ there: [paidThere(), paidThere()], payments }).differences.toReversed()
    expect(last).toMatchObject({ kind: 'paid_there_twice', here })
  })

  it("given lines with another shop's numbers, then they are reported apart", () => {
    const there = [paidThere({ outTradeNo: 'WX-2026-1' }), refundedThere({ outTradeNo: 'WX-2026-1' })]
    expect(compare({ there })).toEqual({ ...nothing, foreign: 2 })
  })

  it('another refund of the same payment that ended on another day is not missing in this bill', () => {
    const others = [-1, 1].map((days) => {
      const at = NOON + days * 86_400_000
      return refundedHere({ outRequestNo: `R${days} day`, createDate: at, finishDate: at })
    })
    expect(compare({ there: [refundedThere()], refunds: [refundedHere(), ...others] })).toEqual(nothing)
  })

  it('a refund that has not succeeded here is not missing there', () => {
    const refunds = [
      refundedHere({ status: 'failed' }),
      refundedHere({ outRequestNo: 'R2', status: 'pending', finishDate: null }),
    ]
    expect(compare({ refunds })).toEqual(nothing)
  })
})
