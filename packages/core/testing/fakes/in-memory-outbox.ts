import type { PayResultMessage } from '../../src/shared/pay-result-message.js'
import type { Clock, EpochMs } from '../../src/shared/ports/clock.js'
import type { DeadLetter, DeliveryOutcome, OutboxInspection, OutboxPort } from '../../src/shared/ports/outbox-port.js'
import { compareIds } from './by-age.js'
import { copyOf } from './copy-of.js'
import { addIfAbsent, type OrderRows, type OutboxRow } from './in-memory-order-rows.js'
import type { RowStorage } from './row-storage.js'

const compareOldestFirst = (some: OutboxRow, other: OutboxRow): number =>
  some.appendedAt - other.appendedAt || compareIds(some.message.id, other.message.id)

const earliestDeathFirst = (some: DeadLetter, other: DeadLetter): number =>
  some.diedAt - other.diedAt || compareIds(some.message.id, other.message.id)

export const newOutboxRow = (message: PayResultMessage, now: EpochMs): OutboxRow => ({
  message,
  appendedAt: now,
  dueAt: now,
  token: null,
  attempts: 0,
  claims: 0,
  reason: null,
  diedAt: null,
})

const waitingRowsIn = ({ outbox }: OrderRows) => [...outbox.values()].filter(({ diedAt }) => diedAt === null)

export function outboxIn({ read, write }: RowStorage<OrderRows>, clock: Clock): OutboxPort & OutboxInspection {
  return {
    claim: (limit, leaseMs) =>
      write((rows) => {
        const { outbox, leases } = rows
        const now = clock.now()
        const due = waitingRowsIn(rows).filter(({ dueAt }) => dueAt <= now)
        const first = due.sort(compareOldestFirst).slice(0, limit)
        return first.map((row) => {
          leases.count += 1
          const token = `lease-${leases.count}`
          const claims = row.claims + 1
          outbox.set(row.message.id, { ...row, token, claims, dueAt: now + leaseMs })
          return copyOf({ message: row.message, token, attempts: row.attempts, claims })
        })
      }),
    settle: (outcomes) => write(({ outbox }) => outcomes.map((outcome) => settleOne(outbox, outcome, clock.now()))),
    backlog: () =>
      read((rows) => {
        const all = waitingRowsIn(rows)
        const [oldest] = all.sort(compareOldestFirst)
        const oldestMs = oldest === undefined ? 0 : clock.now() - oldest.appendedAt
        return { waiting: all.length, dead: rows.outbox.size - all.length, oldestMs }
      }),
    deadLetters: (limit) =>
      read(({ outbox }) => [...outbox.values()].flatMap(deadLetterOf).sort(earliestDeathFirst).slice(0, limit)),
    redeliver: (id, action) =>
      write(({ outbox, actions }) => {
        const row = outbox.get(id)
        const [dead] = row === undefined ? [] : deadLetterOf(row)
        if (row === undefined || dead === undefined) return null
        outbox.set(id, { ...row, diedAt: null, attempts: 0, claims: 0, dueAt: clock.now() })
        addIfAbsent(actions, action.id, copyOf({ ...action, orderId: dead.message.orderId ?? null }))
        return dead
      }),
  }
}

/** False when the lease was lost: then nothing changes. */
function settleOne(outbox: Map<string, OutboxRow>, outcome: DeliveryOutcome, now: EpochMs): boolean {
  const { message, token } = outcome.claimed
  const row = outbox.get(message.id)
  if (row?.token !== token) return false
  const next = rowAfter(row, outcome, now)
  if (next === null) outbox.delete(message.id)
  else outbox.set(message.id, next)
  return true
}

function rowAfter(row: OutboxRow, outcome: DeliveryOutcome, now: EpochMs): OutboxRow | null {
  switch (outcome.kind) {
    case 'acknowledge':
      return null
    case 'reschedule': {
      const attempts = row.attempts + (outcome.countsAsAttempt ? 1 : 0)
      return { ...row, token: null, claims: 0, attempts, dueAt: now + outcome.delayMs, reason: outcome.reason }
    }
    case 'deadLetter':
      return { ...row, token: null, claims: 0, reason: outcome.reason, diedAt: now }
  }
}

const deadLetterOf = ({ message, reason, attempts, diedAt }: OutboxRow): DeadLetter[] =>
  diedAt === null ? [] : [copyOf({ message, reason: reason ?? '', attempts, diedAt })]
