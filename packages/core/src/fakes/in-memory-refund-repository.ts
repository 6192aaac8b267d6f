import type { RefundRepository } from '../orders/ports/refund-repository.js'
import type { Clock } from '../shared/ports/clock.js'
import { byAge } from './by-age.js'
import type { OrderSession, RefundRow } from './in-memory-order-tables.js'

const oldestFirst = byAge<RefundRow>(
  (row) => row.refund.createDate,
  (row) => row.refund.id,
)

export function inMemoryRefundRepository(session: OrderSession, clock: Clock): RefundRepository {
  return {
    open: (refund) =>
      session.write(({ refunds, refundIdByRequest }) => {
        const request = `${refund.payNo} ${refund.outRequestNo}`
        if (refundIdByRequest.get(request) !== undefined) return
        refunds.set(refund.id, { refund, dueAt: clock.now() })
        refundIdByRequest.set(request, refund.id)
      }),
    listOf: (orderId) =>
      session.read(({ refunds }) =>
        refunds
          .all()
          .filter((row) => row.refund.orderId === orderId)
          .sort(oldestFirst)
          .map((row) => row.refund),
      ),
    claimDue: (limit, leaseMs) =>
      session.write(({ refunds }) => {
        const now = clock.now()
        const due = refunds.all().filter((row) => row.refund.status === 'pending' && row.dueAt <= now)
        const claimed = due.sort(oldestFirst).slice(0, limit)
        for (const row of claimed) refunds.set(row.refund.id, { ...row, dueAt: now + leaseMs })
        return claimed.map((row) => row.refund)
      }),
    finish: (id, end, at) =>
      session.write(({ refunds }) => {
        const row = refunds.get(id)
        if (row?.refund.status !== 'pending') return false
        refunds.set(id, { ...row, refund: { ...row.refund, status: end, finishDate: at } })
        return true
      }),
  }
}
