import { expect, it } from 'vitest'
import { readBeijingDay } from '../../shared/beijing-day.js'
import { fen } from '../../shared/money.js'
import type { BillRow } from './bill.js'
import { billPaymentsToBook } from './repair-by-bill.js'

const line = { tradeNo: 'T', outTradeNo: '7123456789012345101', amount: fen(9_900), bookedAt: 0, serviceFee: 0 }
const body = new Uint8Array()
const payment: BillRow = { ...line, body, kind: 'payment' }
const other: BillRow = { ...line, body, kind: 'other', type: '转账' }
const unpaid = {
  ...{ outRequestNo: null, billAmount: fen(9_900), ledgerAmount: fen(9_900), at: 0 },
  outTradeNo: line.outTradeNo,
}

it('only the payment of a trade is booked, not another line that names it', () => {
  const bill = { day: readBeijingDay('2026-11-22'), sellerId: null, rows: [other, payment] }
  expect(billPaymentsToBook([{ ...unpaid, kind: 'paid_there_unpaid_here' }], bill)).toEqual([payment])
})
