import type { DeadMessage, OperationsView } from '../orders/ports/operations-view.js'
import { PayStatus } from '../shared/status-codes.js'
import { byAge } from './by-age.js'
import type { OrderSession, OutboxRow } from './in-memory-order-tables.js'

export function inMemoryOperationsView(session: OrderSession): OperationsView {
  return {
    deadMessages: (limit) =>
      session.read(({ outbox }) =>
        outbox
          .all()
          .flatMap(deadOnly)
          .sort(
            byAge(
              (dead) => dead.diedAt,
              (dead) => dead.message.id,
            ),
          )
          .slice(0, limit),
      ),
    deadMessage: (id) => session.read(({ outbox }) => deadOnly(outbox.get(id))[0] ?? null),
    openRefunds: (limit) =>
      session.read(({ refunds }) =>
        refunds
          .all()
          .map(({ refund }) => refund)
          .filter(({ status, cause }) => status === 'pending' || (status === 'failed' && cause !== 'operator'))
          .sort(
            byAge(
              (refund) => refund.createDate,
              (refund) => refund.id,
            ),
          )
          .slice(0, limit),
      ),
    heldPayments: (limit) =>
      session.read(({ payRecords }) =>
        payRecords
          .all()
          .map(({ payRecord }) => payRecord)
          .filter(({ status, receipt }) => status === PayStatus.paid && receipt === 'held')
          .sort(
            byAge(
              (payRecord) => payRecord.createDate,
              (payRecord) => payRecord.payNo,
            ),
          )
          .slice(0, limit),
      ),
    counts: () =>
      session.read(({ orders, payRecords, refunds }) => ({
        orders: countBy(orders.all().map(({ status }) => status)),
        payRecords: countBy(payRecords.all().map(({ payRecord }) => payRecord.status)),
        refunds: countBy(refunds.all().map(({ refund }) => refund.status)),
      })),
  }
}

const deadOnly = (row: OutboxRow | undefined): DeadMessage[] =>
  row === undefined || row.diedAt === null
    ? []
    : [{ message: row.message, reason: row.reason ?? '', attempts: row.attempts, diedAt: row.diedAt }]

function countBy<State extends string>(states: readonly State[]): Partial<Record<State, number>> {
  const counts: Partial<Record<State, number>> = {}
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1
  return counts
}
