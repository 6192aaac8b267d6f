import type { OrderStores } from '../../src/index.js'
import type { OrderStoresHarness } from '../../testing/contracts/index.js'
import { failingWith, inStore, inStores, leaking, type Sabotage, untranslated } from './sabotage.js'

export const inOrders = inStore<OrderStores, 'orders', OrderStoresHarness>('orders')
export const inBuyerOrders = inStore<OrderStores, 'buyerOrders', OrderStoresHarness>('buyerOrders')
export const inPayRecords = inStore<OrderStores, 'payRecords', OrderStoresHarness>('payRecords')
export const inRefunds = inStore<OrderStores, 'refunds', OrderStoresHarness>('refunds')
export const inOutbox = inStore<OrderStores, 'outbox', OrderStoresHarness>('outbox')
export const inWatch = inStore<OrderStores, 'watch', OrderStoresHarness>('watch')
export const inJournal = inStore<OrderStores, 'journal', OrderStoresHarness>('journal')

const throughout =
  (disguise: (error: unknown) => unknown): Sabotage<OrderStoresHarness> =>
  (harness) =>
    inStores<OrderStores, OrderStoresHarness>(harness, (stores) => failingWith(stores, disguise))

/** The store's own errors come out as they are. */
export const untranslatedErrors = throughout(untranslated)

/** The errors are the right ones, but tell too much. */
export const leakingErrors = throughout(leaking)
