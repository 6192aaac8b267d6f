import type { PayResultMessage } from '../../src/shared/pay-result-message.js'
import type { Clock, EpochMs } from '../../src/shared/ports/clock.js'
import type { DeadLetter, DeliveryOutcome, OutboxInspection, OutboxPort } from '../../src/shared/ports/outbox-port.js'
import { byAge } from './by-age.js'
import { copyOf } from './copy-of.js'
import { addOnce, type OrderRows, type OutboxRow } from './in-memory-order-rows.js'
import type { FaultyStore } from './store-faults.js'

const oldestFirst = byAge<OutboxRow>(
  ({ appendedAt }) => appendedAt,
  ({ message }) => message.id,
)

const longestDeadFirst = byAge<DeadLetter>(
  ({ diedAt }) => diedAt,
  ({ message }) => message.id,
)

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

export function inMemoryOutbox(rows: OrderRows, store: FaultyStore, clock: Clock): OutboxPort & OutboxInspection {
  const { outbox, leases, actions } = rows
  const waiting = () => [...outbox.values()].filter(({ diedAt }) => diedAt === null).sort(oldestFirst)
  return {
    claim: (limit, leaseMs) =>
      store.call(() => {
        const now = clock.now()
        const due = waiting().filter(({ dueAt }) => dueAt <= now)
        return due.slice(0, limit).map((row) => {
          leases.count += 1
          const token = `lease-${leases.count}`
          const claims = row.claims + 1
          outbox.set(row.message.id, { ...row, token, claims, dueAt: now + leaseMs })
          return copyOf({ message: row.message, token, attempts: row.attempts, claims })
        })
      }),
    settle: (outcomes) => store.call(() => outcomes.map((outcome) => settleOne(outbox, outcome, clock.now()))),
    backlog: () =>
      store.call(() => {
        const all = waiting()
        const [oldest] = all
        const oldestMs = oldest === undefined ? 0 : clock.now() - oldest.appendedAt
        return { waiting: all.length, dead: outbox.size - all.length, oldestMs }
      }),
    deadLetters: (limit) =>
      store.call(() => [...outbox.values()].flatMap(deadLetterOf).sort(longestDeadFirst).slice(0, limit)),
    redeliver: (id, action) =>
      store.call(() => {
        const row = outbox.get(id)
        const [dead] = row === undefined ? [] : deadLetterOf(row)
        if (row === undefined || dead === undefined) return null
        outbox.set(id, { ...row, diedAt: null, attempts: 0, claims: 0, dueAt: clock.now() })
        addOnce(actions, action.id, copyOf({ ...action, orderId: dead.message.orderId ?? null }))
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
