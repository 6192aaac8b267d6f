import type { Refund } from '../orders/domain/refund.js'
import type { RefundRepository } from '../orders/ports/refund-repository.js'
import type { Clock } from '../shared/ports/clock.js'
import { byAge } from './by-age.js'
import type { OrderSession, OrderViews, RefundRow } from './in-memory-order-tables.js'

const oldestFirst = byAge<RefundRow>(
  (row) => row.refund.createDate,
  (row) => row.refund.id,
)

const longestDueFirst = byAge<RefundRow>(
  (row) => row.dueAt,
  (row) => row.refund.id,
)

export function inMemoryRefundRepository(session: OrderSession, clock: Clock): RefundRepository {
  return {
    open: (refund, leaseMs = 0) =>
      session.write((views) => {
        const request = `${refund.payNo} ${refund.outRequestNo}`
        if (views.refundIdByRequest.get(request) !== undefined) return 'known'
        if (!reserve(views, refund, refund.amount)) return 'too_much'
        views.refunds.set(refund.id, { refund, dueAt: clock.now() + leaseMs })
        views.refundIdByRequest.set(request, refund.id)
        return 'opened'
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
        const claimed = due.sort(longestDueFirst).slice(0, limit).sort(oldestFirst)
        for (const row of claimed) refunds.set(row.refund.id, { ...row, dueAt: now + leaseMs })
        return claimed.map((row) => row.refund)
      }),
    finish: (id, end, at) =>
      session.write((views) => {
        const row = views.refunds.get(id)
        if (row?.refund.status !== 'pending') return false
        views.refunds.set(id, { ...row, refund: { ...row.refund, status: end, finishDate: at } })
        if (end === 'failed') reserve(views, row.refund, -row.refund.amount)
        return true
      }),
    reopen: (id, leaseMs = 0) =>
      session.write((views) => {
        const row = views.refunds.get(id)
        if (row?.refund.status !== 'failed' || !reserve(views, row.refund, row.refund.amount)) return false
        const refund = { ...row.refund, status: 'pending', finishDate: null } as const
        views.refunds.set(id, { refund, dueAt: clock.now() + leaseMs })
        return true
      }),
  }
}

/** Sets an amount of an attempt aside for refunds, or gives it free; false when there is not so much left. */
function reserve({ payRecords }: OrderViews, { payNo }: Refund, amount: number): boolean {
  const row = payRecords.get(payNo)
  const reserved = (row?.refundReserved ?? 0) + amount
  if (row === undefined || reserved > row.payRecord.totalPrice) return false
  payRecords.set(payNo, { ...row, refundReserved: reserved })
  return true
}
