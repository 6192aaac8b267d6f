import type { EpochMs, Order } from '@coursepay/core'
import type {
  ClaimedMessage,
  JournalEntry,
  OperatorAction,
  PayResultMessage,
  ScheduleEntry,
} from '@coursepay/core/ports'

export interface OutboxRow {
  readonly message: PayResultMessage
  readonly appendedAt: EpochMs
  readonly dueAt: EpochMs
  /** Of the current lease; null when nobody has one. */
  readonly token: ClaimedMessage['token'] | null
  readonly attempts: number
  readonly claims: number
  readonly reason: string
  /** Null for a message that is not dead. */
  readonly diedAt: EpochMs | null
}

/** By id; the schedule by its three keys, the time of the next query by payment. */
export const noRows = {
  orders: new Map<string, Order>(),
  outbox: new Map<string, OutboxRow>(),
  journal: new Map<string, JournalEntry>(),
  actions: new Map<string, OperatorAction>(),
  schedule: new Map<string, ScheduleEntry>(),
  querySlots: new Map<string, EpochMs>(),
}

export type OrderRows = typeof noRows
