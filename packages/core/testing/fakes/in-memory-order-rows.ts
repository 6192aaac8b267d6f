import type { Order } from '../../src/orders/domain/order.js'
import type { JournalEntry } from '../../src/orders/ports/evidence-journal.js'
import type { ScheduleEntry } from '../../src/orders/ports/poll-schedule.js'
import type { OperatorAction } from '../../src/shared/operator-action.js'
import type { PayResultMessage } from '../../src/shared/pay-result-message.js'
import type { EpochMs } from '../../src/shared/ports/clock.js'

export interface OutboxRow {
  readonly message: PayResultMessage
  readonly appendedAt: EpochMs
  readonly dueAt: EpochMs
  /** Of the current lease; null when nobody has one. */
  readonly token: string | null
  readonly attempts: number
  readonly claims: number
  readonly reason: string | null
  /** Null for a message that is not dead. */
  readonly diedAt: EpochMs | null
}

/** What the order service's store holds. Every row is replaced, never changed in place. */
export interface OrderRows {
  /** By order id. */
  readonly orders: Map<string, Order>
  /** By message id, in the sequence of their commits. */
  readonly outbox: Map<string, OutboxRow>
  readonly journal: Map<string, JournalEntry>
  readonly actions: Map<string, OperatorAction>
  /** By `scheduleKey`. */
  readonly schedule: Map<string, ScheduleEntry>
  /** When the next query of a payment may come, by its number. */
  readonly querySlots: Map<string, EpochMs>
  /** How many leases were given; so no lease has the token of another, also after a restart. */
  readonly leases: { count: number }
}

export const inMemoryOrderRows = (): OrderRows => ({
  orders: new Map(),
  outbox: new Map(),
  journal: new Map(),
  actions: new Map(),
  schedule: new Map(),
  querySlots: new Map(),
  leases: { count: 0 },
})

export const scheduleKey = ({ purpose, payNo, outRequestNo }: Omit<ScheduleEntry, 'dueAt'>): string =>
  `${purpose} ${payNo} ${outRequestNo}`

/** Adds a row unless there is one of this key. */
export function addIfAbsent<Row>(rows: Map<string, Row>, key: string, row: Row): void {
  if (!rows.has(key)) rows.set(key, row)
}
