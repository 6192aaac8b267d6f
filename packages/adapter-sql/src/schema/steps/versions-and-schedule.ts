import { addColumn, addIndex, createTables, dropColumn, dropIndex } from '../alter-table.js'
import { initialOrders } from '../initial-tables.js'
import type { Schema } from '../schema.js'
import { indexNameOf, type TableDefinition } from '../table-definition.js'

/** Orders and choices get versions, and what is not money moves to tables of its own. */
export async function addVersionsAndSchedule(schema: Schema): Promise<void> {
  await createTables(schema, newTables)
  await changeOrders(schema)
  await movePollsToSchedule(schema)
  await moveRefundsToSchedule(schema)
  await changeChoices(schema)
  await changeMessages(schema)
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
async function changeOrders(schema: Schema): Promise<void> {
  const { dialect, prefix } = schema
  const orders = `${prefix}xc_orders`
  if (dialect === 'mysql') await addColumn(schema, orders, 'version', { type: 'bigint', value: 1 })
  else if (!(await schema.hasColumn(orders, 'version', false))) await rebuildOrders(schema)
  await addIndex(schema, orders, ['out_business_id', 'order_type'], 'UNIQUE INDEX')
  if (dialect === 'mysql') await dropIndex(schema, orders, 'out_business_id')
}

/**
 * SQLite drops no constraint of a table: the rows move to a new one, which takes the name. Needs `foreign_keys = OFF`.
 */
async function rebuildOrders(schema: Schema): Promise<void> {
  const { prefix } = schema
  const [orders, moved] = [`${prefix}xc_orders`, `${prefix}xc_orders_moved`]
  const columns = Object.keys(initialOrders.columns)
  const versioned = { ...initialOrders.columns, version: 'bigint' } as const
  await createTables(schema, [{ name: 'xc_orders_moved', columns: versioned, primaryKey: ['id'] }])
  await schema.run(`INSERT INTO ${moved} (${columns}, version) SELECT ${columns}, 1 FROM ${orders}`)
  await schema.run(`DROP TABLE ${orders}`)
  await schema.run(`ALTER TABLE ${moved} RENAME TO ${orders}`)
  await addIndex(schema, orders, ['status', 'expire_date', 'id'])
  await addIndex(schema, orders, ['user_id', 'create_date', 'id'])
}

async function movePollsToSchedule(schema: Schema): Promise<void> {
  const { prefix } = schema
  const payments = `${prefix}xc_pay_record`
  if (await schema.hasColumn(payments, 'poll_at', true)) {
    const polls = `SELECT 'poll', pay_no, '', poll_at FROM ${payments} WHERE poll_at IS NOT NULL`
    await schema.run(`${insertIfAbsentClause(schema)} ${prefix}poll_schedule (${SCHEDULE_COLUMNS}) ${polls}`)
  }
  await dropIndex(schema, payments, indexNameOf(payments, ['poll_at', 'pay_no']))
  for (const column of ['poll_at', 'next_query_at', 'refund_reserved']) await dropColumn(schema, payments, column)
}

async function moveRefundsToSchedule(schema: Schema): Promise<void> {
  const { prefix } = schema
  const refunds = `${prefix}refund`
  if (await schema.hasColumn(refunds, 'available_at', true)) {
    const turns = `SELECT 'refund', pay_no, out_request_no, available_at FROM ${refunds} WHERE status = 'pending'`
    await schema.run(`${insertIfAbsentClause(schema)} ${prefix}poll_schedule (${SCHEDULE_COLUMNS}) ${turns}`)
  }
  await dropIndex(schema, refunds, indexNameOf(refunds, ['status', 'available_at', 'id']))
  await dropColumn(schema, refunds, 'available_at')
}

const SCHEDULE_COLUMNS = 'purpose, pay_no, out_request_no, due_at'

const insertIfAbsentClause = ({ dialect }: Schema) =>
  dialect === 'mysql' ? 'INSERT IGNORE INTO' : 'INSERT OR IGNORE INTO'

/** A choice that was granted, and is neither current nor in the course table any more, was taken back. */
async function changeChoices(schema: Schema): Promise<void> {
  const { prefix } = schema
  const choices = `${prefix}xc_choose_course`
  await addColumn(schema, choices, 'version', { type: 'bigint', value: 1 })
  await addColumn(schema, choices, 'retired', { type: 'code', value: null })
  await addColumn(schema, choices, 'grant_key', { type: 'key', value: null })
  const isInTable = `EXISTS (SELECT 1 FROM ${prefix}xc_course_tables t WHERE t.choose_course_id = ${choices}.id)`
  await schema.run(
    `UPDATE ${choices} SET retired = CASE WHEN status = '701001' AND NOT ${isInTable} THEN 'revoked' ELSE 'superseded' END
     WHERE active_key IS NULL AND retired IS NULL`,
  )
  await addIndex(schema, choices, ['grant_key'], 'UNIQUE INDEX')
  await addIndex(schema, choices, ['user_id', 'course_id', 'id'])
  await addIndex(schema, choices, ['status', 'retired', 'id'])
}

async function changeMessages(schema: Schema): Promise<void> {
  const messages = `${schema.prefix}mq_message`
  for (const column of ['order_id', 'pay_no', 'total_price', 'pay_success_time']) {
    await addColumn(schema, messages, column, { type: 'bigint', value: null })
  }
  await addColumn(schema, messages, 'user_id', { type: 'key', value: null })
}
