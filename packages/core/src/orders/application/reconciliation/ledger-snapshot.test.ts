import { expect, it } from 'vitest'
import type { PayNo } from '../../../index.js'
import type { PaymentLedger } from '../../ports/payment-ledger.js'
import { readLedgerSnapshot } from './ledger-snapshot.js'

const numbers = ['7000000000000000001', '7000000000000000002', '7000000000000000003'] as PayNo[]
const [one, two, three] = numbers as [PayNo, PayNo, PayNo]
const paymentOf = (payNo: PayNo) => ({ payNo }) as never
const refundOf = (payNo: PayNo, outRequestNo: string) => ({ payNo, outRequestNo }) as never
const payment = (outTradeNo: string) => ({ kind: 'payment', outTradeNo })
const refund = (outTradeNo: string, outRequestNo: string) => ({ kind: 'refund', outTradeNo, outRequestNo })

it('a ledger is asked for what the bill names and its span does not have, each once', async () => {
  const asked: (readonly PayNo[])[] = []
  const ledger: PaymentLedger = {
    paidWithin: async () => ({ entries: [paymentOf(one)], next: null }),
    refundedWithin: async () => ({ entries: [refundOf(one, 'A'), refundOf(two, 'A')], next: null }),
    async paymentsOf(wanted) {
      asked.push(wanted)
      return wanted.map(paymentOf)
    },
    async refundsOf(wanted) {
      asked.push(wanted)
      return [refundOf(one, 'A'), refundOf(one, 'B'), refundOf(three, 'A')]
    },
  }
  const rows = [
    ...[payment(one), payment(two), payment(two), payment('another-shop-1')],
    ...[refund(one, 'A'), refund(one, 'B'), refund(two, 'A'), refund(three, 'A')],
  ] as never
  const bill = { day: '2026-01-02' as never, sellerId: null, rows }
  expect(await readLedgerSnapshot(ledger, bill, { from: 0, to: 1 }, () => {})).toEqual({
    payments: [paymentOf(one), paymentOf(two), paymentOf(three)],
    refunds: [refundOf(one, 'A'), refundOf(two, 'A'), refundOf(one, 'B'), refundOf(three, 'A')],
  })
  expect(asked.toSorted()).toEqual([
    [one, three],
    [two, three],
  ])
})
