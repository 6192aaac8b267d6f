import { CheckoutError } from '@coursepay/core'

const unprefixedTableNames = [
  'xc_orders',
  'xc_orders_goods',
  'xc_pay_record',
  'refund',
  'mq_message',
  'evidence_journal',
  'poll_schedule',
  'query_slot',
  'operator_action',
  'xc_choose_course',
  'xc_course_tables',
  'course_publish',
  'handled_message',
  'worker_lease',
  'coursepay_migration',
] as const

/** Our tables, by the names that they have without a prefix. */
export type TableName = (typeof unprefixedTableNames)[number]

export type TableNames = Readonly<Record<TableName, string>>

const PREFIX_PATTERN = /^[a-z_][a-z\d_]{0,15}$/

/** Throws `invalid_request` for a prefix that cannot begin the name of a table. */
export function tableNamesWith(prefix: string): TableNames {
  if (prefix !== '' && !PREFIX_PATTERN.test(prefix)) {
    const form = 'up to 16 small letters, digits and underscores, and no digit at its start'
    throw new CheckoutError('invalid_request', `A table prefix must have ${form}.`)
  }
  return Object.fromEntries(unprefixedTableNames.map((name) => [name, prefix + name])) as TableNames
}
