import type { PaymentWatch } from '../orders/ports/payment-watch.js'
import { PayStatus } from '../shared/status-codes.js'
import { byAge } from './by-age.js'
import type { OrderSession, PayRecordRow } from './in-memory-order-tables.js'

const longestDueFirst = byAge<PayRecordRow>(
  (row) => row.pollAt ?? 0,
  (row) => row.payRecord.payNo,
)

export function inMemoryPaymentWatch(session: OrderSession): PaymentWatch {
  return {
    begin: (payNo, at) =>
      session.write(({ payRecords }) => {
        const row = payRecords.get(payNo)
        if (row?.payRecord.status === PayStatus.unpaid && row.pollAt === null)
          payRecords.set(payNo, { ...row, pollAt: at })
      }),
    listDue: (now, limit) =>
      session.read(({ payRecords }) =>
        payRecords
          .all()
          .sort(longestDueFirst)
          .flatMap(({ payRecord, pollAt }) => (pollAt === null || pollAt > now ? [] : [{ payRecord, pollAt }]))
          .slice(0, limit),
      ),
    move: (payNo, from, to) =>
      session.write(({ payRecords }) => {
        const row = payRecords.get(payNo)
        if (row === undefined || row.pollAt !== from) return false
        payRecords.set(payNo, { ...row, pollAt: to })
        return true
      }),
  }
}
