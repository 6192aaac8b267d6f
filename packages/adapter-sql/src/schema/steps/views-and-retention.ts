import { addIndex, dropIndex } from '../alter-table.js'
import type { Schema } from '../schema.js'
import { indexNameOf } from '../table-definition.js'

/** Indexes for what operators look for, and for what is deleted by its age. */
export async function addIndexesForViewsAndRetention(schema: Schema): Promise<void> {
  const { prefix, dialect } = schema
  const [orders, payments, refunds] = [`${prefix}xc_orders`, `${prefix}xc_pay_record`, `${prefix}refund`]
  await addIndex(schema, orders, ['create_date', 'id', 'total_price'])
  await addIndex(schema, orders, ['status', 'create_date', 'id'])
  // A trade number of Alipay has up to 64 letters; MySQL wants to know how much of a text an index holds.
  await addIndex(schema, payments, [dialect === 'mysql' ? 'out_pay_no(64)' : 'out_pay_no'])
  await addIndex(schema, payments, ['status', 'receipt', 'create_date', 'pay_no'])
  await dropIndex(schema, payments, indexNameOf(payments, ['status', 'receipt']))
  await addIndex(schema, refunds, ['status', 'create_date', 'id'])
  await addIndex(schema, `${prefix}evidence_journal`, ['received_at', 'sequence'])
  await addIndex(schema, `${prefix}query_slot`, ['next_at', 'pay_no'])
  await addIndex(schema, `${prefix}handled_message`, ['handled_at'])
}
