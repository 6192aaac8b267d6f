import type { OperationsView } from '../orders/ports/operations-view.js'
import type { OrderStores } from '../orders/ports/order-stores.js'
import type { Clock } from '../shared/ports/clock.js'
import type { OutboxInspection } from '../shared/ports/outbox-port.js'
import type { UnitOfWork } from '../shared/ports/unit-of-work.js'
import { inMemoryBuyerOrders } from './in-memory-buyer-orders.js'
import { inMemoryDatabase, type StoreFaults } from './in-memory-database.js'
import { inMemoryEvidenceJournal } from './in-memory-evidence-journal.js'
import { inMemoryOperationsView } from './in-memory-operations-view.js'
import { inMemoryOrderRepository } from './in-memory-order-repository.js'
import { inMemoryOrderTables, type OrderSession } from './in-memory-order-tables.js'
import { inMemoryOutbox, inMemoryOutboxInspection } from './in-memory-outbox.js'
import { inMemoryPayRecordRepository } from './in-memory-pay-record-repository.js'
import { inMemoryPaymentWatch } from './in-memory-payment-watch.js'
import { inMemoryRefundRepository } from './in-memory-refund-repository.js'

export interface InMemoryOrderStores {
  /** Each call by itself. */
  readonly stores: OrderStores
  readonly unitOfWork: UnitOfWork<OrderStores>
  readonly outboxInspection: OutboxInspection
  readonly operations: OperationsView
  readonly faults: StoreFaults
  /** The tables as they are committed, beside the ports: for assertions. */
  readonly session: OrderSession
  readonly tables: ReturnType<typeof inMemoryOrderTables>
}

/**
 * The order service's stores over one in-memory database. Leases and ages go by `clock`. Given the tables of a store from
 * before, it is that store after a restart: what was committed is there, what was not is gone.
 */
export function inMemoryOrderStores(clock: Clock, tables = inMemoryOrderTables()): InMemoryOrderStores {
  for (const table of Object.values(tables)) table.rollBack()
  const { session, faults, run } = inMemoryDatabase(tables)
  const bind = (to: OrderSession): OrderStores => ({
    orders: inMemoryOrderRepository(to),
    buyerOrders: inMemoryBuyerOrders(to),
    payRecords: inMemoryPayRecordRepository(to),
    refunds: inMemoryRefundRepository(to, clock),
    outbox: inMemoryOutbox(to, clock),
    journal: inMemoryEvidenceJournal(to),
    watch: inMemoryPaymentWatch(to),
  })
  return {
    stores: bind(session),
    unitOfWork: { run: (work) => run((bound) => work(bind(bound))) },
    outboxInspection: inMemoryOutboxInspection(session, clock),
    operations: inMemoryOperationsView(session),
    faults,
    session,
    tables,
  }
}
