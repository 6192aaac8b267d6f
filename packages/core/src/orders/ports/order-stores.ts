import type { OutboxPort } from '../../shared/ports/outbox-port.js'
import type { BuyerOrders } from './buyer-orders.js'
import type { EvidenceJournal } from './evidence-journal.js'
import type { OrderRepository } from './order-repository.js'
import type { PayRecordRepository } from './pay-record-repository.js'
import type { PaymentWatch } from './payment-watch.js'
import type { RefundRepository } from './refund-repository.js'

/**
 * All that the order service stores. A unit of work hands out these bound to its transaction; the same outside of one runs
 * each call by itself and sees only what is committed.
 */
export interface OrderStores {
  readonly orders: OrderRepository
  readonly buyerOrders: BuyerOrders
  readonly payRecords: PayRecordRepository
  readonly refunds: RefundRepository
  readonly outbox: OutboxPort
  readonly journal: EvidenceJournal
  readonly watch: PaymentWatch
}
