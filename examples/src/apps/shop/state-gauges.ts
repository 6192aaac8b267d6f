import type { OpenSqlStore } from '@coursepay/adapter-sql'
import type { StateCounts } from '@coursepay/core/ports'
import type { GaugeSample, GaugeSource } from '@coursepay/http-hono'

/** Counting reads an index of every order, so a count serves every scrape of this time. */
const FRESH_MS = 15_000

/** How many orders, payments and refunds are in each state, and how long the oldest of what waits has waited. */
export function stateGauges(store: OpenSqlStore): GaugeSource[] {
  const counts = cached(() => store.orderStore.views.counts(), FRESH_MS)
  const states = (
    name: string,
    help: string,
    pick: (counts: StateCounts) => Readonly<Record<string, number>>,
  ): GaugeSource => ({
    name,
    help,
    labelNames: ['state'],
    read: async () => samples(pick(await counts())),
  })
  return [
    states('coursepay_orders', 'Orders by state', ({ orders }) => orders),
    states('coursepay_pay_records', 'Payments by state', ({ payments }) => payments),
    states('coursepay_refunds', 'Refunds by state', ({ refunds }) => refunds),
    {
      name: 'coursepay_oldest_seconds',
      help: 'Age of the oldest that waits: an order past its time, a refund that is not confirmed',
      labelNames: ['what'],
      read: () => readAges(store),
    },
    {
      name: 'coursepay_store_conflict_retries',
      help: 'Transactions run again after a conflict',
      read: async () => [{ value: store.conflictRetries() }],
    },
  ]
}

const samples = (counts: Readonly<Record<string, number>>): GaugeSample[] =>
  Object.entries(counts).map(([state, value]) => ({ labels: { state }, value }))

async function readAges({ orderStore: { orders, views } }: OpenSqlStore): Promise<GaugeSample[]> {
  const now = Date.now()
  const [overdue, [refund]] = await Promise.all([orders.listOverdue(now, 1), views.openRefunds(1)])
  const [order] = await orders.findMany(overdue)
  return [
    { labels: { what: 'overdue_order' }, value: order === undefined ? 0 : (now - order.expireDate) / 1_000 },
    { labels: { what: 'open_refund' }, value: refund === undefined ? 0 : (now - refund.createDate) / 1_000 },
  ]
}

function cached<Value>(read: () => Promise<Value>, freshMs: number): () => Promise<Value> {
  let kept: { readonly at: number; readonly value: Promise<Value> } | null = null
  return () => {
    if (kept === null || Date.now() - kept.at > freshMs) kept = { at: Date.now(), value: read() }
    return kept.value
  }
}
