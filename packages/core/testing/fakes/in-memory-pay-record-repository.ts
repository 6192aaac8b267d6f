import type { PayRecord } from '../orders/domain/pay-record.js'
import type { PayRecordRepository } from '../orders/ports/pay-record-repository.js'
import { CheckoutError } from '../shared/checkout-error.js'
import { PayStatus } from '../shared/status-codes.js'
import { byAge } from './by-age.js'
import type { OrderSession, OrderViews } from './in-memory-order-tables.js'

export function addPayRecord({ payRecords, payNoByToken }: OrderViews, payRecord: PayRecord): void {
  if (payRecords.get(payRecord.payNo) !== undefined || payNoByToken.get(payRecord.token) !== undefined) {
    throw new CheckoutError('state_conflict', 'An attempt with this number or token exists.')
  }
  payRecords.set(payRecord.payNo, { payRecord, nextQueryAt: 0, refundReserved: 0, pollAt: null })
  payNoByToken.set(payRecord.token, payRecord.payNo)
}

export function inMemoryPayRecordRepository(session: OrderSession): PayRecordRepository {
  return {
    insert: (payRecord) => session.write((tables) => addPayRecord(tables, payRecord)),
    find: (key) =>
      session.read(({ payRecords, payNoByToken }) => {
        const payNo = 'payNo' in key ? key.payNo : (payNoByToken.get(key.token) ?? '')
        return payRecords.get(payNo)?.payRecord ?? null
      }),
    listOf: (orderId) =>
      session.read(({ payRecords }) =>
        payRecords
          .all()
          .map((row) => row.payRecord)
          .filter((payRecord) => payRecord.orderId === orderId)
          .sort(
            byAge(
              (payRecord) => payRecord.createDate,
              (payRecord) => payRecord.payNo,
            ),
          ),
      ),
    change: (payNo, { from, to, payment }) =>
      session.write(({ payRecords }) => {
        const row = payRecords.get(payNo)
        if (row?.payRecord.status !== from) return false
        const pollAt = to === PayStatus.closed ? row.pollAt : null
        payRecords.set(payNo, { ...row, payRecord: { ...row.payRecord, ...payment, status: to }, pollAt })
        return true
      }),
    takeQueryTurn: (payNo, now, nextAt) =>
      session.write(({ payRecords }) => {
        const row = payRecords.get(payNo)
        if (row?.payRecord.status !== PayStatus.unpaid || row.nextQueryAt > now) return false
        payRecords.set(payNo, { ...row, nextQueryAt: nextAt })
        return true
      }),
  }
}
