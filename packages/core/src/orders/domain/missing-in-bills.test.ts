import { expect, it } from 'vitest'
import { beijingDay, spanOfDay } from '../../shared/beijing-day.js'
import type { PayNo } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { PayStatus } from '../../shared/status-codes.js'
import { missingInBills } from './missing-in-bills.js'

const day = beijingDay('2026-11-22')
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
  const { from, to } = spanOfDay(day)
  const bills = new Map([[day, { day, sellerId: null, rows: [] }]])
  const payments = [paymentAt(to - 1), paymentAt(from, 1)]
  expect(missingInBills({ bills, payments, refunds: [], due: { from, to } }).alsoNeeded).toEqual([
    beijingDay('2026-11-21'),
    beijingDay('2026-11-23'),
  ])
})
