import { addIndex, dropIndex } from '../alter-table.js'
import type { MigrationTarget } from '../migration-target.js'
import { indexNameOf } from '../table-definition.js'

/** Indexes for what operators look for, and for what is deleted by its age. */
export async function addIndexesForViewsAndRetention(target: MigrationTarget): Promise<void> {
  const { prefix, dialect } = target
  const [orders, payments, refunds] = [`${prefix}xc_orders`, `${prefix}xc_pay_record`, `${prefix}refund`]
  await addIndex(target, orders, ['create_date', 'id', 'total_price'])
  await addIndex(target, orders, ['status', 'create_date', 'id'])
  // A trade number of Alipay has up to 64 letters; MySQL wants to know how much of a text an index holds.
  await addIndex(target, payments, [dialect === 'mysql' ? 'out_pay_no(64)' : 'out_pay_no'])
  await addIndex(target, payments, ['status', 'receipt', 'create_date', 'pay_no'])
  await dropIndex(target, payments, indexNameOf(payments, ['status', 'receipt']))
  await addIndex(target, refunds, ['status', 'create_date', 'id'])
  await addIndex(target, `${prefix}evidence_journal`, ['received_at', 'sequence'])
  await addIndex(target, `${prefix}query_slot`, ['next_at', 'pay_no'])
  await addIndex(target, `${prefix}handled_message`, ['handled_at'])
}
