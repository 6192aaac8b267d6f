import type { MessageId } from '../shared/identifiers.js'
import type { Clock } from '../shared/ports/clock.js'
import type { ClaimedMessage, OutboxInspection, OutboxPort } from '../shared/ports/outbox-port.js'
import { byAge } from './by-age.js'
import type { OrderSession, OutboxRow } from './in-memory-order-tables.js'
import type { TableView } from './in-memory-table.js'

const oldestFirst = byAge<OutboxRow>(
  (row) => row.appendedAt,
  (row) => row.message.id,
)

export function inMemoryOutbox(session: OrderSession, clock: Clock): OutboxPort {
  /** Does something to a row whose lease is still held; false when it was lost. */
  const underLease = ({ message, token }: ClaimedMessage, next: (row: OutboxRow) => OutboxRow | null) =>
    session.write(({ outbox }) => {
      const row = outbox.get(message.id)
      if (row?.token !== token) return false
      const changed = next(row)
      if (changed === null) outbox.delete(message.id)
      else outbox.set(message.id, changed)
      return true
    })
  return {
    append: (message) =>
      session.write(({ outbox }) => {
        if (outbox.get(message.id) === undefined) outbox.set(message.id, newRow(message, clock.now()))
      }),
    claim: (limit, leaseMs) =>
      session.write(({ outbox, leases }) => {
        const now = clock.now()
        const due = outbox.all().filter((row) => !row.dead && row.dueAt <= now)
        const claimed = due.sort(oldestFirst).slice(0, limit)
        return claimed.map((row) => {
          const token = nextToken(leases)
          const leased = { ...row, token, dueAt: now + leaseMs, claims: row.claims + 1 }
          outbox.set(row.message.id, leased)
          return { message: leased.message, token, attempts: leased.attempts, claims: leased.claims }
        })
      }),
    delivered: (claimed) => underLease(claimed, () => null),
    postpone: (claimed, { delayMs, reason, countsAsAttempt }) =>
      underLease(claimed, (row) => {
        const attempts = row.attempts + (countsAsAttempt ? 1 : 0)
        return { ...row, token: null, dueAt: clock.now() + delayMs, reason, attempts, claims: 0 }
      }),
    park: (claimed, reason) =>
      underLease(claimed, (row) => ({ ...row, token: null, reason, dead: true, diedAt: clock.now() })),
  }
}

export function inMemoryOutboxInspection(session: OrderSession, clock: Clock): OutboxInspection {
  return {
    backlog: () =>
      session.read(({ outbox }) => {
        const rows = outbox.all()
        const [oldest, ...others] = rows.filter((row) => !row.dead).sort(oldestFirst)
        const waiting = oldest === undefined ? 0 : others.length + 1
        const oldestMs = oldest === undefined ? 0 : clock.now() - oldest.appendedAt
        return { waiting, dead: rows.length - waiting, oldestMs }
      }),
    redeliver: (id: MessageId) =>
      session.write(({ outbox }) => {
        const row = outbox.get(id)
        if (!row?.dead) return false
        outbox.set(id, { ...row, dead: false, diedAt: null, attempts: 0, claims: 0, dueAt: clock.now() })
        return true
      }),
  }
}

/** Counted in the store, so that no lease has the token of another, not even of one from before a restart. */
function nextToken(leases: TableView<number>): string {
  const lease = (leases.get('') ?? 0) + 1
  leases.set('', lease)
  return `lease-${lease}`
}

const newRow = (message: OutboxRow['message'], now: number): OutboxRow => ({
  message,
  appendedAt: now,
  dueAt: now,
  token: null,
  attempts: 0,
  claims: 0,
  reason: null,
  dead: false,
  diedAt: null,
})
