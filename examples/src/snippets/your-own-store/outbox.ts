import { randomUUID } from 'node:crypto'
import type { Clock, EpochMs } from '@coursepay/core'
import type { DeadLetter, DeliveryOutcome, OutboxInspection, OutboxPort, PayResultMessage } from '@coursepay/core/ports'
import type { OrderRows, OutboxRow } from './order-rows.js'
import { addOnce, type SnapshotFile, sortBy } from './snapshot-file.js'

export const waitingRow = (message: PayResultMessage, now: EpochMs): OutboxRow => ({
  message,
  appendedAt: now,
  dueAt: now,
  token: null,
  attempts: 0,
  claims: 0,
  reason: '',
  diedAt: null,
})

const byMessage = ({ message }: Pick<OutboxRow, 'message'>) => BigInt(message.id)

export function fileOutbox({ read, write }: SnapshotFile<OrderRows>, { now }: Clock): OutboxPort & OutboxInspection {
  const waiting = ({ outbox }: OrderRows) =>
    sortBy(outbox.values(), (row) => row.appendedAt, byMessage).filter(({ diedAt }) => diedAt === null)
  return {
    claim: (limit, leaseMs) =>
      write((rows) => {
        const due = waiting(rows).filter(({ dueAt }) => dueAt <= now())
        return due.slice(0, limit).map(({ message, attempts, ...row }) => {
          const claimed = { message, token: randomUUID(), attempts, claims: row.claims + 1 }
          rows.outbox.set(message.id, { ...row, ...claimed, dueAt: now() + leaseMs })
          return claimed
        })
      }),
    settle: (outcomes) => write(({ outbox }) => outcomes.map((outcome) => settleOne(outbox, outcome, now()))),
    async backlog() {
      const { rows, dead } = await read((all) => ({ rows: waiting(all), dead: all.outbox.size - waiting(all).length }))
      return { waiting: rows.length, dead, oldestMs: now() - (rows[0]?.appendedAt ?? now()) }
    },
    async deadLetters(limit) {
      const rows = await read(({ outbox }) => [...outbox.values()])
      return sortBy(rows.flatMap(deadLetterOf), ({ diedAt }) => diedAt, byMessage).slice(0, limit)
    },
    redeliver: (id, action) =>
      write(({ outbox, actions }) => {
        const row = outbox.get(id)
        const [dead] = row === undefined ? [] : deadLetterOf(row)
        if (row === undefined || dead === undefined) return null
        outbox.set(id, { ...row, diedAt: null, attempts: 0, claims: 0, dueAt: now() })
        addOnce(actions, action.id, { ...action, orderId: dead.message.orderId ?? null })
        return dead
      }),
  }
}

const deadLetterOf = ({ message, reason, attempts, diedAt }: OutboxRow): DeadLetter[] =>
  diedAt === null ? [] : [{ message, reason, attempts, diedAt }]

/** False when another claim has taken the message: then nothing changes. */
function settleOne(outbox: OrderRows['outbox'], outcome: DeliveryOutcome, now: EpochMs): boolean {
  const { message, token } = outcome.claimed
  const row = outbox.get(message.id)
  if (row?.token !== token) return false
  const released = { ...row, token: null, claims: 0 }
  if (outcome.kind === 'acknowledge') outbox.delete(message.id)
  else if (outcome.kind === 'deadLetter') outbox.set(message.id, { ...released, reason: outcome.reason, diedAt: now })
  else {
    const attempts = row.attempts + (outcome.countsAsAttempt ? 1 : 0)
    outbox.set(message.id, { ...released, attempts, reason: outcome.reason, dueAt: now + outcome.delayMs })
  }
  return true
}
