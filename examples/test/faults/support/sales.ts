import type { Database } from '@coursepay/adapter-sql'
import { CheckoutError, messageId, OrderStatus, PayStatus, payToken } from '@coursepay/core'
import {
  sampleEvidence,
  sampleId,
  sampleMessage,
  sampleOrder,
  samplePayment,
  samplePayRecord,
} from '@coursepay/core/contracts'
import { openTables } from '../../../src/soak/tables.js'

/** What became of a unit of work, as far as its caller was told. */
export type Fate = 'done' | 'refused' | 'unknown'

/** A sale of this number: an order is placed in one unit, and settled in another. */
export interface Sale {
  readonly number: number
  readonly placed: Fate
  readonly settled: Fate | null
}

export async function sell(database: Database, number: number): Promise<Sale> {
  const placed = await fateOf(place(database, number))
  return { number, placed, settled: placed === 'done' ? await fateOf(settle(database, number)) : null }
}

const parts = (number: number) => {
  const order = sampleOrder(number)
  const payRecord = samplePayRecord(order, number, { token: payToken(String(number).padStart(22, 't')) })
  return { order, payRecord }
}

const place = (database: Database, number: number) =>
  database.orderUnitOfWork.run(async ({ orders, payRecords }) => {
    const { order, payRecord } = parts(number)
    await orders.insertOrRead(order)
    await payRecords.insert(payRecord)
  })

const settle = (database: Database, number: number) =>
  database.orderUnitOfWork.run(async ({ orders, payRecords, outbox, journal }) => {
    const { order, payRecord } = parts(number)
    const payment = samplePayment()
    await orders.change(order.id, { from: OrderStatus.unpaid, to: OrderStatus.paid })
    await payRecords.change(payRecord.payNo, { from: PayStatus.unpaid, to: PayStatus.paid, payment })
    await outbox.append(sampleMessage(number, { id: messageId(sampleId(number)) }))
    await journal.record(sampleEvidence(number, { id: sampleId(number) }))
  })

/** Anything but `store_unavailable` is a fault of ours. */
async function fateOf(unit: Promise<unknown>): Promise<Fate> {
  try {
    await unit
    return 'done'
  } catch (error) {
    if (!CheckoutError.isInstance(error) || error.code !== 'store_unavailable') throw error
    return error.message === 'It is not known whether the database has committed.' ? 'unknown' : 'refused'
  }
}

/** What stands in the tables of a sale, table by table: nothing, an order, or a settled one; anything else is half of a unit. */
const STATES = {
  nothing: '',
  placed: `order ${OrderStatus.unpaid}, goods, pay record ${PayStatus.unpaid}`,
  settled: `order ${OrderStatus.paid}, goods, pay record ${PayStatus.paid}, message, journal`,
} as const
type State = keyof typeof STATES

/** The states in which a sale may be, after what its caller was told. */
export function allowed({ placed, settled }: Sale): readonly string[] {
  const states: Record<Fate, readonly State[]> =
    placed === 'done'
      ? { done: ['settled'], refused: ['placed'], unknown: ['placed', 'settled'] }
      : { done: ['placed'], refused: ['nothing'], unknown: ['nothing', 'placed'] }
  return states[placed === 'done' ? (settled ?? 'done') : placed].map((state) => STATES[state])
}

const ROWS = `
  SELECT id, 1 part, CONCAT('order ', status) what FROM xc_orders UNION ALL
  SELECT order_id, 2, 'goods' FROM xc_orders_goods UNION ALL
  SELECT order_id, 3, CONCAT('pay record ', status) FROM xc_pay_record UNION ALL
  SELECT id, 4, 'message' FROM mq_message UNION ALL
  SELECT id, 5, 'journal' FROM evidence_journal`

/** What stands in the tables of each sale, on the node of this address once it has applied all that the cluster has committed. */
export async function readSales(address: string): Promise<(number: number) => string> {
  await using tables = await openTables(address)
  await tables.query('SET SESSION wsrep_sync_wait = 1')
  const rows = await tables.query(
    `SELECT id, GROUP_CONCAT(what ORDER BY part SEPARATOR ', ') what FROM (${ROWS}) parts GROUP BY id`,
  )
  const found = new Map(rows.map(({ id, what }) => [String(id), String(what)]))
  return (number) => found.get(sampleId(number)) ?? STATES.nothing
}
