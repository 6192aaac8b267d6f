import type { OpenedSqlStore } from '@coursepay/adapter-sql'
import { CheckoutError, messageId, OrderStatus, PayStatus } from '@coursepay/core'
import {
  sampleCommit,
  sampleId,
  sampleJournalEntry,
  sampleMessage,
  sampleOrder,
  samplePaidOrder,
} from '@coursepay/core/contracts'
import { openTables } from '../../../src/apps/soak/tables.js'

/** What became of a commit, as far as its caller knows. */
export type CallOutcome = 'done' | 'unknown'

/** A sale of this number: an order is placed in one commit, and settled in another. */
export interface Sale {
  readonly number: number
  readonly placed: CallOutcome
  readonly settled: CallOutcome | null
}

export async function sell(store: OpenedSqlStore, number: number): Promise<Sale> {
  const placed = await outcomeOf(commitNewOrder(store, number))
  return { number, placed, settled: placed === 'done' ? await outcomeOf(settle(store, number)) : null }
}

const commitNewOrder = ({ orderStore: { orders } }: OpenedSqlStore, number: number) =>
  orders.commit(sampleCommit(null, sampleOrder(number)))

function settle({ orderStore: { orders } }: OpenedSqlStore, number: number) {
  const before = sampleOrder(number)
  const after = { ...samplePaidOrder(number), version: before.version + 1 }
  const id = messageId(sampleId(number))
  const journal = [sampleJournalEntry(number, { id: sampleId(number) })]
  return orders.commit(sampleCommit(before, after, { messages: [sampleMessage(number, { id })], journal }))
}

/** Anything but `store_unavailable` and `committed` is a fault of ours. */
async function outcomeOf(commit: Promise<'committed' | 'conflict'>): Promise<CallOutcome> {
  try {
    if ((await commit) !== 'committed') throw new Error('Nobody else writes this sale.')
    return 'done'
  } catch (error) {
    if (!CheckoutError.isInstance(error) || error.code !== 'store_unavailable') throw error
    return 'unknown'
  }
}

/**
 * What stands in the tables of a sale, table by table: nothing, an order, or a settled one; anything else is half of a
 * commit.
 */
const STATES = {
  nothing: '',
  placed: `order ${OrderStatus.unpaid}, goods, payment ${PayStatus.unpaid}`,
  settled: `order ${OrderStatus.paid}, goods, payment ${PayStatus.paid}, message, journal`,
} as const
type State = keyof typeof STATES

/** The states in which a sale may be, after what its caller knows. */
export function allowed({ placed, settled }: Sale): readonly string[] {
  const states: readonly State[] =
    placed === 'unknown' ? ['nothing', 'placed'] : settled === 'done' ? ['settled'] : ['placed', 'settled']
  return states.map((state) => STATES[state])
}

const ROWS = `
  SELECT id, 1 part, CONCAT('order ', status) what FROM xc_orders UNION ALL
  SELECT order_id, 2, 'goods' FROM xc_orders_goods UNION ALL
  SELECT order_id, 3, CONCAT('payment ', status) FROM xc_pay_record UNION ALL
  SELECT id, 4, 'message' FROM mq_message UNION ALL
  SELECT id, 5, 'journal' FROM evidence_journal`

/**
 * What stands in the tables of each sale, on the node of this address once it has applied all that the cluster has
 * committed.
 */
export async function readSales(
  address: string,
  catchUp = 'SET SESSION wsrep_sync_wait = 1',
): Promise<(number: number) => string> {
  await using tables = await openTables(address)
  await tables.query(catchUp)
  const rows = await tables.query(
    `SELECT id, GROUP_CONCAT(what ORDER BY part SEPARATOR ', ') what FROM (${ROWS}) parts GROUP BY id`,
  )
  const found = new Map(rows.map(({ id, what }) => [String(id), String(what)]))
  return (number) => found.get(sampleId(number)) ?? STATES.nothing
}
