import type { OrderCommit, OrderStore, PaymentGateway } from '../../src/ports.js'
import {
  checkoutProgram,
  type LearningProgram,
  type LearningProgramParts,
  type OrderProgram,
  type OrderProgramParts,
  type SimulatedProgram,
} from '../../testing/simulation/index.js'

/** The checkout with one bug in it. */
export interface PlantedBug {
  readonly name: string
  readonly program: SimulatedProgram
}

/** A bug in what the order service is made of. */
export const inOrderParts = (name: string, fault: (parts: OrderProgramParts) => OrderProgramParts): PlantedBug => ({
  name,
  program: { ...checkoutProgram, orders: (parts) => checkoutProgram.orders(fault(parts)) },
})

/** A bug in what the order service does. */
export const inOrderProgram = (
  name: string,
  fault: (program: OrderProgram, parts: OrderProgramParts) => OrderProgram,
): PlantedBug => ({
  name,
  program: { ...checkoutProgram, orders: (parts) => fault(checkoutProgram.orders(parts), parts) },
})

/** A bug in how the store is used. */
export const inOrderStore = (name: string, fault: (store: OrderStore) => Partial<OrderStore>): PlantedBug =>
  inOrderParts(name, (parts) => {
    const { orders, outbox, journal, schedule, views, ledger, operatorLog } = parts.store
    const store = { orders, outbox, journal, schedule, views, ledger, operatorLog }
    return { ...parts, store: { ...store, ...fault(store) } }
  })

/** A bug in what is committed. */
export const inCommit = (name: string, fault: (commit: OrderCommit) => OrderCommit): PlantedBug =>
  inOrderStore(name, ({ orders }) => ({
    orders: {
      find: (key) => orders.find(key),
      findMany: (ids) => orders.findMany(ids),
      listOverdue: (now, limit) => orders.listOverdue(now, limit),
      commit: (commit) => orders.commit(fault(commit)),
    },
  }))

/** A bug in how the gateway's answers are understood. */
export const inGateway = (
  name: string,
  fault: (gateway: PaymentGateway, parts: OrderProgramParts) => Partial<PaymentGateway>,
): PlantedBug =>
  inOrderParts(name, (parts) => ({ ...parts, gateway: { ...parts.gateway, ...fault(parts.gateway, parts) } }))

/** A bug in the learning centre. */
export const inLearning = (
  name: string,
  fault: (program: LearningProgram, parts: LearningProgramParts) => LearningProgram,
): PlantedBug => ({
  name,
  program: { ...checkoutProgram, learning: (parts) => fault(checkoutProgram.learning(parts), parts) },
})

/**
 * The same bug in a checkout that does not poll closed payments. The poller would find the money that such a bug leaves
 * behind, and refund it.
 */
export const withoutSafetyNet = ({ name, program }: PlantedBug): PlantedBug => ({
  name: `${name}, and nobody polls closed payments`,
  program: { ...program, orders: (parts) => program.orders({ ...parts, store: withoutPolls(parts.store) }) },
})

/** Entries of closed payments are removed instead of being handed out. */
function withoutPolls(store: OrderStore): OrderStore {
  const { orders, outbox, journal, views, ledger, operatorLog, schedule } = store
  const listDue: typeof schedule.listDue = async (purpose, now, limit) => {
    const due = await schedule.listDue(purpose, now, limit)
    if (purpose !== 'poll') return due
    const open = []
    for (const entry of due) {
      const order = await orders.find({ payNo: entry.payNo })
      const payment = order?.payments.find(({ payNo }) => payNo === entry.payNo)
      if (payment?.status !== '601004') open.push(entry)
    }
    return open
  }
  return {
    ...{ orders, outbox, journal, views, ledger, operatorLog },
    schedule: {
      listDue,
      schedule: (entry) => schedule.schedule(entry),
      reschedule: (entry, to) => schedule.reschedule(entry, to),
      polledOf: (payNos) => schedule.polledOf(payNos),
      tryAcquireQuerySlot: (payNo, now, nextAt) => schedule.tryAcquireQuerySlot(payNo, now, nextAt),
    },
  }
}
