import type { Clock, OpenedCheckoutStore } from '@coursepay/core'
import { systemClock } from '@coursepay/core/assembly'
import type { StateCounts } from '@coursepay/core/ports'
import type { GaugeDefinition, GaugeSample } from './metrics.js'

/** Counting reads an index of every order, so a count serves every scrape of this time. */
const METRICS_CACHE_MS = 15_000

type OrderStore = Pick<OpenedCheckoutStore['orderStore'], 'orders' | 'outbox' | 'views'>

/** A `Checkout` is one. `conflictRetries` is there in the SQL stores. */
export interface MeasuredCheckout {
  readonly store: { readonly orderStore: OrderStore; conflictRetries?(): number }
}

/**
 * The gauges of a checkout: messages of the outbox, orders, payments and refunds by state, and the age of the oldest
 * that waits. `checkoutRoutes` shows them at `/metrics`.
 */
export function checkoutMetrics({ store }: MeasuredCheckout, clock: Clock = systemClock): GaugeDefinition[] {
  const { orderStore } = store
  const counts = cachedBriefly(() => orderStore.views.counts(), clock)
  const states = (
    name: string,
    help: string,
    pick: (counts: StateCounts) => Readonly<Record<string, number>>,
  ): GaugeDefinition => ({
    name,
    help,
    labelNames: ['state'],
    read: async () => labelledSamples('state', pick(await counts())),
  })
  return [
    {
      name: 'coursepay_outbox_messages',
      help: 'Messages not yet delivered, by state',
      labelNames: ['state'],
      async read() {
        const { waiting, dead } = await orderStore.outbox.backlog()
        return labelledSamples('state', { waiting, dead })
      },
    },
    {
      name: 'coursepay_outbox_oldest_seconds',
      help: 'Age of the oldest message that waits',
      read: async () => [{ value: (await orderStore.outbox.backlog()).oldestMs / 1_000 }],
    },
    states('coursepay_orders', 'Orders by state', ({ orders }) => orders),
    states('coursepay_pay_records', 'Payments by state', ({ payments }) => payments),
    states('coursepay_refunds', 'Refunds by state', ({ refunds }) => refunds),
    {
      name: 'coursepay_oldest_seconds',
      help: 'Age of the oldest that waits: an order past its time, a refund that is not confirmed',
      labelNames: ['what'],
      read: () => readOldestOrderAndRefundAges(orderStore, clock.now()),
    },
    {
      name: 'coursepay_store_conflict_retries',
      help: 'Transactions run again after a conflict',
      read: async () => (store.conflictRetries === undefined ? [] : [{ value: store.conflictRetries() }]),
    },
  ]
}

const labelledSamples = (label: string, values: Readonly<Record<string, number>>): GaugeSample[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }))

async function readOldestOrderAndRefundAges({ orders, views }: OrderStore, now: number): Promise<GaugeSample[]> {
  const [overdue, [refund]] = await Promise.all([orders.listOverdue(now, 1), views.openRefunds(1)])
  const [order] = await orders.findMany(overdue)
  return labelledSamples('what', {
    overdue_order: order === undefined ? 0 : (now - order.expireDate) / 1_000,
    open_refund: refund === undefined ? 0 : (now - refund.createDate) / 1_000,
  })
}

function cachedBriefly<Value>(read: () => Promise<Value>, clock: Clock): () => Promise<Value> {
  let kept: { readonly at: number; readonly value: Promise<Value> } | null = null
  return () => {
    if (kept === null || clock.now() - kept.at > METRICS_CACHE_MS) kept = { at: clock.now(), value: read() }
    return kept.value
  }
}
