import { describe, expect, it } from 'vitest'
import {
  billedPayment,
  billedRefund,
  compare,
  day,
  dayAfter,
  dayBefore,
  from,
  ledgerPayment,
  ledgerRefund,
  MINUTE,
  NOON,
  nothing,
  to,
} from '../../../test/bills.js'
import { type BeijingDay, beijingDayOf } from '../../shared/beijing-day.js'
import type { PayNo } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { PayStatus } from '../../shared/status-codes.js'
import { missingInBills } from './missing-in-bills.js'

const paymentAt = (paySuccessTime: number | null, index = 0) => ({
  ...{ payNo: String(7_000_000_000_000_000_000n + BigInt(index)) as PayNo, totalPrice: fen(100) },
  ...{ status: PayStatus.paid, outPayNo: null, paySuccessTime },
})

it('money of ours is due in a bill from the first moment of the span to its last', () => {
  const payments = [null, -1, 0, 9, 10].map(paymentAt)
  const { missing, carriedOver } = missingInBills({ bills: new Map(), payments, refunds: [], due: { from: 0, to: 10 } })
  expect([...missing, ...carriedOver].map(({ at }) => at)).toEqual([0, 9])
})

it('the bills of other days are asked for from the oldest on', () => {
  const bills = new Map([[day, { day, sellerId: null, rows: [] }]])
  const payments = [paymentAt(to - 1), paymentAt(from, 1)]
  expect(missingInBills({ bills, payments, refunds: [], due: { from, to } }).alsoNeeded).toEqual([dayBefore, dayAfter])
})

describe('trades around midnight', () => {
  it('a payment that the bill has on this day and our ledger on the day before differs in nothing', () => {
    expect(
      compare({ rows: [billedPayment({ bookedAt: from })], payments: [ledgerPayment({ paySuccessTime: from - 1 })] }),
    ).toEqual(nothing)
  })

  it.each([
    ['in the first minutes', from + 9 * MINUTE, dayBefore],
    ['in the last minutes', to - 9 * MINUTE, dayAfter],
  ])('a payment %s that this bill does not have needs the bill beside it', (_, at, neighbour) => {
    const payments = [ledgerPayment({ paySuccessTime: at })]
    expect(compare({ payments })).toMatchObject({ differences: [], alsoNeeded: [neighbour] })
    expect(compare({ payments, others: { [neighbour]: [billedPayment()] } })).toEqual(nothing)
  })

  it('a payment is carried over while the bill beside it is not there yet', () => {
    const payments = [ledgerPayment({ paySuccessTime: to - 1 })]
    expect(compare({ payments, others: { [dayAfter]: null } })).toEqual({
      ...nothing,
      carriedOver: ['paid_here_missing_there'],
    })
  })

  it('a payment that neither bill has is missing', () => {
    const payments = [ledgerPayment({ paySuccessTime: to - 1 })]
    expect(compare({ payments, others: { [dayAfter]: [] } }).differences).toEqual(['paid_here_missing_there'])
  })

  it('what the day before left open is looked for in both bills', () => {
    const payments = [ledgerPayment({ paySuccessTime: from - 1 })]
    expect(compare({ payments })).toMatchObject({ differences: [], alsoNeeded: [dayBefore] })
    expect(compare({ payments, others: { [dayBefore]: [] } }).differences).toEqual(['paid_here_missing_there'])
    expect(compare({ payments, others: { [dayBefore]: [billedPayment()] } })).toEqual(nothing)
  })

  it('a missing payment of noon needs no other bill', () => {
    expect(compare({ payments: [ledgerPayment()] }).alsoNeeded).toEqual([])
  })

  it('a refund whose answer came two days late needs the bills since its request', () => {
    const refunds = [ledgerRefund({ createDate: NOON - 2 * 86_400_000, finishDate: NOON })]
    expect(compare({ refunds }).alsoNeeded).toEqual(['2026-11-20', '2026-11-21'])
    expect(compare({ refunds, others: { '2026-11-20': [billedRefund()], '2026-11-21': [] } })).toEqual(nothing)
    expect(compare({ refunds, others: { '2026-11-20': [], '2026-11-21': [] } }).differences).toEqual([
      'refunded_here_missing_there',
    ])
  })

  it('clocks that are minutes apart raise no false alarm in two runs, at any minute of two days', () => {
    for (let minute = -30; minute <= 24 * 60 + 30; minute += 3) {
      for (const skew of [-9, -1, 0, 1, 9]) {
        const bookedAt = from + minute * MINUTE
        const payments = [ledgerPayment({ paySuccessTime: bookedAt + skew * MINUTE })]
        const row = billedPayment({ bookedAt })
        const rowsOf = (of: BeijingDay) => (beijingDayOf(bookedAt) === of ? [row] : [])
        const others = { [dayBefore]: rowsOf(dayBefore), [dayAfter]: rowsOf(dayAfter) }
        expect(compare({ rows: rowsOf(day), payments, others }), `${minute} ${skew}`).toMatchObject({
          differences: [],
          carriedOver: [],
        })
      }
    }
  })
})
