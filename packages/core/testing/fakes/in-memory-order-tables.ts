import type { Order } from '../orders/domain/order.js'
import type { PayRecord } from '../orders/domain/pay-record.js'
import type { Refund } from '../orders/domain/refund.js'
import type { JournalEntry } from '../orders/ports/evidence-journal.js'
import type { PayResultMessage } from '../shared/pay-result-message.js'
import type { EpochMs } from '../shared/ports/clock.js'
import type { Session, Views } from './in-memory-database.js'
import { inMemoryTable } from './in-memory-table.js'

export interface PayRecordRow {
  readonly payRecord: PayRecord
  readonly nextQueryAt: EpochMs
  /** Of all refunds that did not fail, in fen. */
  readonly refundReserved: number
  /** When the poller asks next; null when it does not. */
  readonly pollAt: EpochMs | null
}

export interface RefundRow {
  readonly refund: Refund
  readonly dueAt: EpochMs
}

export interface OutboxRow {
  readonly message: PayResultMessage
  readonly appendedAt: EpochMs
  readonly dueAt: EpochMs
  /** Of the current lease; null when nobody has one. */
  readonly token: string | null
  readonly attempts: number
  readonly claims: number
  readonly reason: string | null
  readonly dead: boolean
  readonly diedAt: EpochMs | null
}

/** The order service's tables; the last four are indexes and the number of leases so far. */
export const inMemoryOrderTables = () => ({
  orders: inMemoryTable<Order>(),
  payRecords: inMemoryTable<PayRecordRow>(),
  refunds: inMemoryTable<RefundRow>(),
  outbox: inMemoryTable<OutboxRow>(),
  journal: inMemoryTable<JournalEntry>(),
  orderIdByBusiness: inMemoryTable<string>(),
  payNoByToken: inMemoryTable<string>(),
  refundIdByRequest: inMemoryTable<string>(),
  leases: inMemoryTable<number>(),
})

export type OrderSession = Session<ReturnType<typeof inMemoryOrderTables>>
export type OrderViews = Views<ReturnType<typeof inMemoryOrderTables>>
