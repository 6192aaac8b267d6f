import { addColumn, addIndex, createTables, dropColumn, dropIndex } from '../alter-table.js'
import { initialOrders } from '../initial-tables.js'
import type { MigrationTarget } from '../migration-target.js'
import { indexNameOf, type TableDefinition } from '../table-definition.js'

/** Orders and choices get versions, and what is not money moves to tables of its own. */
export async function addVersionsAndSchedule(target: MigrationTarget): Promise<void> {
  await createTables(target, newTables)
  await addVersionAndKeyToOrders(target)
  await movePollsToSchedule(target)
  await moveRefundsToSchedule(target)
  await addVersionAndStateToChoices(target)
  await addPaymentColumnsToMessages(target)
}

export const newTables: readonly TableDefinition[] = [
  {
    name: 'poll_schedule',
    columns: { purpose: 'code', pay_no: 'bigint', out_request_no: 'key', due_at: 'bigint' },
    primaryKey: ['purpose', 'pay_no', 'out_request_no'],
    indexes: [['purpose', 'due_at', 'pay_no', 'out_request_no']],
  },
  {
    name: 'query_slot',
    columns: { pay_no: 'bigint', next_at: 'bigint' },
    primaryKey: ['pay_no'],
  },
  {
    name: 'operator_action',
    columns: {
      id: 'bigint',
      at: 'bigint',
      actor: 'key',
      kind: 'code',
      subject: 'key',
      order_id: 'bigint?',
      reason: 'text',
      detail: 'text',
    },
    primaryKey: ['id'],
    indexes: [
      ['subject', 'at', 'id'],
      ['order_id', 'at', 'id'],
      ['at', 'id'],
    ],
  },
]

/**
 * The same business id may stand under several order types: the business id comes first, so that the index finds it
 * alone too.
 */
async function addVersionAndKeyToOrders(target: MigrationTarget): Promise<void> {
  const { dialect, prefix } = target
  const orders = `${prefix}xc_orders`
  if (dialect === 'mysql') await addColumn(target, orders, 'version', { type: 'bigint', value: 1 })
  else if (!(await target.hasColumn(orders, 'version', false))) await rebuildOrders(target)
  await addIndex(target, orders, ['out_business_id', 'order_type'], 'UNIQUE INDEX')
  if (dialect === 'mysql') await dropIndex(target, orders, 'out_business_id')
}

/**
 * SQLite drops no constraint of a table: the rows move to a new one, which takes the name. Needs `foreign_keys = OFF`.
 */
async function rebuildOrders(target: MigrationTarget): Promise<void> {
  const { prefix } = target
  const [orders, moved] = [`${prefix}xc_orders`, `${prefix}xc_orders_moved`]
  const columns = Object.keys(initialOrders.columns)
  const versioned = { ...initialOrders.columns, version: 'bigint' } as const
  await createTables(target, [{ name: 'xc_orders_moved', columns: versioned, primaryKey: ['id'] }])
  await target.run(`INSERT INTO ${moved} (${columns}, version) SELECT ${columns}, 1 FROM ${orders}`)
  await target.run(`DROP TABLE ${orders}`)
  await target.run(`ALTER TABLE ${moved} RENAME TO ${orders}`)
  await addIndex(target, orders, ['status', 'expire_date', 'id'])
  await addIndex(target, orders, ['user_id', 'create_date', 'id'])
}

async function movePollsToSchedule(target: MigrationTarget): Promise<void> {
  const { prefix } = target
  const payments = `${prefix}xc_pay_record`
  if (await target.hasColumn(payments, 'poll_at', true)) {
    const polls = `SELECT 'poll', pay_no, '', poll_at FROM ${payments} WHERE poll_at IS NOT NULL`
    await target.run(`${insertIfAbsentClause(target)} ${prefix}poll_schedule (${SCHEDULE_COLUMNS}) ${polls}`)
  }
  await dropIndex(target, payments, indexNameOf(payments, ['poll_at', 'pay_no']))
  for (const column of ['poll_at', 'next_query_at', 'refund_reserved']) await dropColumn(target, payments, column)
}

async function moveRefundsToSchedule(target: MigrationTarget): Promise<void> {
  const { prefix } = target
  const refunds = `${prefix}refund`
  if (await target.hasColumn(refunds, 'available_at', true)) {
    const turns = `SELECT 'refund', pay_no, out_request_no, available_at FROM ${refunds} WHERE status = 'pending'`
    await target.run(`${insertIfAbsentClause(target)} ${prefix}poll_schedule (${SCHEDULE_COLUMNS}) ${turns}`)
  }
  await dropIndex(target, refunds, indexNameOf(refunds, ['status', 'available_at', 'id']))
  await dropColumn(target, refunds, 'available_at')
}

const SCHEDULE_COLUMNS = 'purpose, pay_no, out_request_no, due_at'

const insertIfAbsentClause = ({ dialect }: MigrationTarget) =>
  dialect === 'mysql' ? 'INSERT IGNORE INTO' : 'INSERT OR IGNORE INTO'

/** A choice that was granted, and is neither current nor in the course table any more, was taken back. */
async function addVersionAndStateToChoices(target: MigrationTarget): Promise<void> {
  const { prefix } = target
  const choices = `${prefix}xc_choose_course`
  await addColumn(target, choices, 'version', { type: 'bigint', value: 1 })
  await addColumn(target, choices, 'retired', { type: 'code', value: null })
  await addColumn(target, choices, 'grant_key', { type: 'key', value: null })
  const isInTable = `EXISTS (SELECT 1 FROM ${prefix}xc_course_tables t WHERE t.choose_course_id = ${choices}.id)`
  await target.run(
    `UPDATE ${choices} SET retired = CASE WHEN status = '701001' AND NOT ${isInTable} THEN 'revoked' ELSE 'superseded' END
     WHERE active_key IS NULL AND retired IS NULL`,
  )
  await addIndex(target, choices, ['grant_key'], 'UNIQUE INDEX')
  await addIndex(target, choices, ['user_id', 'course_id', 'id'])
  await addIndex(target, choices, ['status', 'retired', 'id'])
}

async function addPaymentColumnsToMessages(target: MigrationTarget): Promise<void> {
  const messages = `${target.prefix}mq_message`
  for (const column of ['order_id', 'pay_no', 'total_price', 'pay_success_time']) {
    await addColumn(target, messages, column, { type: 'bigint', value: null })
  }
  await addColumn(target, messages, 'user_id', { type: 'key', value: null })
}
