import { type OrderStores, type PaymentGateway, PayStatus } from '../../src/index.js'
import {
  checkoutProgram,
  type OrderProgram,
  type OrderProgramParts,
  type SimulatedProgram,
} from '../../testing/contracts/index.js'

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

/** A bug in how stores are used, in units of work and outside. */
export const inOrderStores = (name: string, fault: (stores: OrderStores) => OrderStores): PlantedBug =>
  inOrderParts(name, (parts) => ({
    ...parts,
    stores: fault(parts.stores),
    unitOfWork: { run: (work) => parts.unitOfWork.run((stores) => work(fault(stores))) },
  }))

/** A bug in how the gateway's answers are understood. */
export const inGateway = (
  name: string,
  fault: (gateway: PaymentGateway, parts: OrderProgramParts) => Partial<PaymentGateway>,
): PlantedBug =>
  inOrderParts(name, (parts) => ({ ...parts, gateway: { ...parts.gateway, ...fault(parts.gateway, parts) } }))

/**
 * The same bug in a checkout whose poller forgets closed attempts. By itself the poller finds the money that such a bug leaves
 * behind, and gives it back.
 */
export const withoutSafetyNet = ({ name, program }: PlantedBug): PlantedBug => ({
  name: `${name}, and looks no further`,
  program: { ...program, orders: (parts) => program.orders({ ...parts, stores: forgetClosed(parts.stores) }) },
})

const forgetClosed = (stores: OrderStores): OrderStores => ({
  ...stores,
  watch: {
    ...stores.watch,
    async listDue(now, limit) {
      const due = await stores.watch.listDue(now, limit)
      return due.filter(({ payRecord }) => payRecord.status !== PayStatus.closed)
    },
  },
})
