import type { OperatorLog } from '../../shared/ports/operator-log.js'
import type { OutboxInspection, OutboxPort } from '../../shared/ports/outbox-port.js'
import type { EvidenceJournal } from './evidence-journal.js'
import type { OrderRepository } from './order-repository.js'
import type { OrderViews } from './order-views.js'
import type { PaymentLedger } from './payment-ledger.js'
import type { PollSchedule } from './poll-schedule.js'

/**
 * All that the order service stores, in one database. A commit of `orders` writes to the outbox, journal, schedule and
 * log too.
 */
export interface OrderStore {
  readonly orders: OrderRepository
  readonly outbox: OutboxPort & OutboxInspection
  readonly journal: EvidenceJournal
  readonly schedule: PollSchedule
  readonly views: OrderViews
  readonly ledger: PaymentLedger
  readonly operatorLog: OperatorLog
}
