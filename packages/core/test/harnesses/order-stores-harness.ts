import type { OrderStoresHarness } from '../../testing/contracts/index.js'
import { inMemoryOrderStores, settableClock, type TableView } from '../../testing/fakes/index.js'
import { FAKE_SECRET } from './fake-secret.js'

export async function orderStoresHarness(): Promise<OrderStoresHarness> {
  const clock = settableClock()
  let store = inMemoryOrderStores(clock)
  return {
    get stores() {
      return store.stores
    },
    get unitOfWork() {
      return store.unitOfWork
    },
    get outboxInspection() {
      return store.outboxInspection
    },
    get operations() {
      return store.operations
    },
    secrets: [FAKE_SECRET],
    async passTime(ms) {
      clock.advance(ms)
    },
    async reopen() {
      store = inMemoryOrderStores(clock, store.tables)
    },
    breakDown: async () => store.faults.breakDown(),
    conflictOnce: async () => store.faults.conflictOnce(),
    loseCommitAnswerOnce: async () => store.faults.loseCommitAnswerOnce(),
    storedIds: (table) => store.session.read((views) => idsOf(views, table)),
    storedReason: (id) => store.session.read(({ outbox }) => outbox.get(id)?.reason ?? null),
    dispose: async () => {},
  }
}

type Views = Parameters<Parameters<ReturnType<typeof inMemoryOrderStores>['session']['read']>[0]>[0]

function idsOf(views: Views, table: Parameters<OrderStoresHarness['storedIds']>[0]): string[] {
  switch (table) {
    case 'orders':
      return mapRows(views.orders, (order) => order.id)
    case 'payRecords':
      return mapRows(views.payRecords, ({ payRecord }) => payRecord.payNo)
    case 'refunds':
      return mapRows(views.refunds, ({ refund }) => refund.id)
    case 'outbox':
      return mapRows(views.outbox, ({ message }) => message.id)
    case 'journal':
      return mapRows(views.journal, (entry) => entry.id)
  }
}

const mapRows = <Row>(view: TableView<Row>, id: (row: Row) => string) => view.all().map(id)
