import { openOwnTables, type TableDefinition } from '@coursepay/adapter-sql'
import { CheckoutError, type EpochMs, fen, type UserId } from '@coursepay/core'
import type { Purchase, PurchaseStatus } from './material.js'

/** The one table of this business, in its own database. */
export interface PurchaseTable {
  /** Outcome: the user's purchase of the material: the stored one unless it was refunded, or this one. */
  insertOrRead(purchase: Purchase): Promise<Purchase>
  find(purchaseId: string): Promise<Purchase | null>
  findOf(userId: UserId, materialId: string): Promise<Purchase | null>
  /** Outcome: paid, unless it was refunded already: the two messages may come in either order. */
  setPaid(purchaseId: string): Promise<void>
  setRefunded(purchaseId: string): Promise<void>
  /**
   * Purchases that wait for their payment and are to be asked about by now, the longest first. A time further ahead
   * than `maxWaitMs` is of a clock that was wrong: such a purchase is due too.
   */
  listDue(
    now: EpochMs,
    maxWaitMs: number,
    limit: number,
  ): Promise<readonly { readonly purchaseId: string; readonly createDate: EpochMs }[]>
  reschedulePoll(purchaseId: string, at: EpochMs): Promise<void>
  close(): Promise<void>
}

const TABLE = 'material_purchase'

const definition: TableDefinition = {
  name: TABLE,
  columns: {
    purchase_id: 'key',
    user_id: 'key',
    material_id: 'key',
    price: 'bigint',
    status: 'code',
    create_date: 'bigint',
    ask_at: 'bigint',
  },
  primaryKey: ['purchase_id'],
  unique: [['user_id', 'material_id']],
  indexes: [['status', 'ask_at']],
}

interface Row {
  readonly purchase_id: string
  readonly user_id: string
  readonly material_id: string
  readonly price: number | string
  readonly status: PurchaseStatus
  readonly create_date: number | string
  /** When the order service is asked whether it is paid. */
  readonly ask_at: number | string
}

/**
 * These statements fail only when the database does, which passes: a caller is told to retry, and by this code a
 * message becomes no dead letter.
 */
async function withStoreErrors<Result>(statement: PromiseLike<Result>): Promise<Result> {
  try {
    return await statement
  } catch (cause) {
    throw new CheckoutError('store_unavailable', 'The database of purchases does not answer. Retry later.', { cause })
  }
}

/** On a `DATABASE_URL`, as everywhere. Every method may fail with `store_unavailable`. */
export async function openPurchaseTable(databaseUrl: string): Promise<PurchaseTable> {
  const knex = await openOwnTables(databaseUrl, [definition])
  const first = async (where: Partial<Row>) => toPurchase(await withStoreErrors(knex<Row>(TABLE).where(where).first()))
  const update = async (where: Partial<Row>, change: Partial<Row>) =>
    void (await withStoreErrors(knex<Row>(TABLE).where(where).update(change)))
  return {
    async insertOrRead(purchase) {
      const { userId, materialId } = purchase
      await update({ user_id: userId, material_id: materialId, status: 'refunded' }, toRow(purchase))
      const insert = knex<Row>(TABLE).insert(toRow(purchase)).onConflict(['user_id', 'material_id']).ignore()
      await withStoreErrors(insert)
      const stored = await first({ user_id: userId, material_id: materialId })
      return stored ?? purchase
    },
    find: (purchaseId) => first({ purchase_id: purchaseId }),
    findOf: (userId, materialId) => first({ user_id: userId, material_id: materialId }),
    setPaid: (purchaseId) => update({ purchase_id: purchaseId, status: 'waiting' }, { status: 'paid' }),
    setRefunded: (purchaseId) => update({ purchase_id: purchaseId }, { status: 'refunded' }),
    async listDue(now, maxWaitMs, limit) {
      const due = knex<Row>(TABLE)
        .where({ status: 'waiting' })
        .whereNotBetween('ask_at', [now + 1, now + maxWaitMs])
      const rows = await withStoreErrors(due.orderBy('ask_at').limit(limit).select<Row[]>('purchase_id', 'create_date'))
      return rows.map((row) => ({ purchaseId: row.purchase_id, createDate: Number(row.create_date) }))
    },
    reschedulePoll: (purchaseId, at) => update({ purchase_id: purchaseId }, { ask_at: at }),
    close: () => knex.destroy(),
  }
}

/** A message is on its way for a moment: only then is it missed. */
const MIN_WAIT_MS = 60_000

const toRow = ({ purchaseId, userId, materialId, price, status, createDate }: Purchase): Row => ({
  purchase_id: purchaseId,
  user_id: userId,
  material_id: materialId,
  price,
  status,
  create_date: createDate,
  ask_at: createDate + MIN_WAIT_MS,
})

function toPurchase(row: Row | undefined): Purchase | null {
  if (row === undefined) return null
  const { purchase_id: purchaseId, user_id: userId, material_id: materialId, price, status, create_date: created } = row
  return {
    purchaseId,
    userId: userId as UserId,
    materialId,
    price: fen(Number(price)),
    status,
    createDate: Number(created),
  }
}
