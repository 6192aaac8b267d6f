import type { Order } from '@coursepay/core'
import type { OrderKey } from '@coursepay/core/ports'
import type { Knex } from 'knex'
import { memoize } from '../sql/memoize.js'
import { padToPowerOfTwo } from '../sql/pad-to-power-of-two.js'
import { toBigint } from '../sql/row-values.js'
import type { Change } from '../sql/session.js'
import { type Param, param, type SqlContext, type SqlValue, type Statement, statement } from '../sql/statement.js'

/** One of the ways in which orders are named: by one value, or by two. */
export interface KeyKind {
  /** Null for a key of another kind. */
  valuesOf(key: OrderKey): readonly SqlValue[] | null
  /** The values of every key of this kind that names the order. */
  keysOf(order: Order): readonly (readonly SqlValue[])[]
  /** A list or a query of the ids of the orders whose values stand at these places. */
  idsAt(places: readonly (readonly Param[])[], context: SqlContext): readonly Param[] | Knex.QueryBuilder
}

const ofPayments =
  (column: string): KeyKind['idsAt'] =>
  (places, { sql }) =>
    sql('xc_pay_record').select('order_id').whereIn(column, places.flat())

export const keyKinds: readonly KeyKind[] = [
  {
    valuesOf: (key) => ('id' in key ? [toBigint(key.id)] : null),
    keysOf: ({ id }) => [[id]],
    idsAt: (places) => places.flat(),
  },
  {
    valuesOf: (key) => ('payNo' in key ? [toBigint(key.payNo)] : null),
    keysOf: ({ payments }) => payments.map(({ payNo }) => [payNo]),
    idsAt: ofPayments('pay_no'),
  },
  {
    valuesOf: (key) => ('token' in key ? [key.token] : null),
    keysOf: ({ payments }) => payments.map(({ token }) => [token]),
    idsAt: ofPayments('token'),
  },
  {
    valuesOf: (key) => ('orderType' in key ? [key.outBusinessId, key.orderType] : null),
    keysOf: ({ outBusinessId, orderType }) => [[outBusinessId, orderType]],
    idsAt: (places, { sql }) =>
      places.reduce<Knex.QueryBuilder>(
        (query, [outBusinessId = null, orderType = null]) =>
          query.orWhere({ out_business_id: outBusinessId, order_type: orderType }),
        sql('xc_orders').select('id'),
      ),
  },
]

/** Reads of whole orders, in the sequence in which they are to be read. */
type OrderReads = readonly [orders: Statement, payments: Statement, refunds: Statement, versions: Statement]

const placeName = (place: number, part: number) => `key${place}_${part}`

function makeReads(kind: KeyKind, places: number, parts: number): OrderReads {
  const params = Array.from({ length: places }, (_, place) =>
    Array.from({ length: parts }, (_, part) => param(placeName(place, part))),
  )
  const among = (table: string, column: string) => (context: SqlContext) =>
    context.sql(table).whereIn(column, kind.idsAt(params, context) as never)
  const children = (table: string, key: string) =>
    statement((context) => among(table, 'order_id')(context).orderBy(['create_date', key]))
  return [
    statement(among('xc_orders', 'id')),
    children('xc_pay_record', 'pay_no'),
    children('refund', 'id'),
    statement((context) => among('xc_orders', 'id')(context).select('id', 'version')),
  ]
}

const readsByKind = new WeakMap<KeyKind, Map<number, OrderReads>>()

/** The four reads of the orders that have any of these keys. A few statements serve every number of keys. */
export function readsOf(kind: KeyKind, keys: readonly (readonly SqlValue[])[]): readonly Change[] {
  const padded = padToPowerOfTwo(keys)
  const known = memoize(readsByKind, kind, () => new Map<number, OrderReads>())
  const reads = known.get(padded.length) ?? makeReads(kind, padded.length, padded[0]?.length ?? 0)
  known.set(padded.length, reads)
  const values = Object.fromEntries(
    padded.flatMap((key, place) => key.map((value, part) => [placeName(place, part), value] as const)),
  )
  return reads.map((read): Change => [read, values])
}
