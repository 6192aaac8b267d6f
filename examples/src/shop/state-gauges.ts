import type { Database } from '@coursepay/adapter-sql'
import type { StateCounts } from '@coursepay/core'
import type { GaugeSample, GaugeSource } from '@coursepay/http-hono'

/** Counting reads an index of every order, so a count serves every scrape of this time. */
const FRESH_MS = 15_000

/** How many orders, attempts and refunds are in each state, and how long the oldest of what waits has waited. */
export function stateGauges(database: Database): GaugeSource[] {
  const counts = cached(() => database.operations.counts(), FRESH_MS)
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
    states('coursepay_pay_records', 'Attempts to pay by state', ({ payRecords }) => payRecords),
    states('coursepay_refunds', 'Refunds by state', ({ refunds }) => refunds),
    {
      name: 'coursepay_oldest_seconds',
      help: 'Age of the oldest that waits: an order past its time, a refund that is not confirmed',
      labelNames: ['what'],
      read: () => readAges(database),
    },
    {
      name: 'coursepay_store_conflict_retries',
      help: 'Units of work run again after a conflict',
      read: async () => [{ value: database.conflictRetries() }],
    },
  ]
}

const samples = (counts: Readonly<Record<string, number>>): GaugeSample[] =>
  Object.entries(counts).map(([state, value]) => ({ labels: { state }, value }))

async function readAges({ orderStores, operations }: Database): Promise<GaugeSample[]> {
  const now = Date.now()
  const [[order], [refund]] = await Promise.all([orderStores.orders.listOverdue(now, 1), operations.openRefunds(1)])
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
