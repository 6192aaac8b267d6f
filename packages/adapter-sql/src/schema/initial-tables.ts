import type { TableDefinition } from './table-definition.js'

/** Orders before they had a version. */
export const initialOrders: TableDefinition = {
  name: 'xc_orders',
  columns: {
    id: 'bigint',
    out_business_id: 'key',
    user_id: 'key',
    order_type: 'code',
    total_price: 'bigint',
    order_name: 'text',
    order_descrip: 'text?',
    order_detail: 'text',
    status: 'code',
    create_date: 'bigint',
    expire_date: 'bigint',
  },
  primaryKey: ['id'],
  unique: [['out_business_id']],
  indexes: [['status', 'expire_date', 'id']],
}

/**
 * The tables of the first migration: never changed once released, later migrations come beside them.
 * Names are the seed's in snake case. Ids and money (fen) and times (ms, UTC) are all `bigint`.
 */
export const initialTableDefinitions: readonly TableDefinition[] = [
  initialOrders,
  {
    name: 'xc_orders_goods',
    columns: {
      order_id: 'bigint',
      line: 'bigint',
      goods_id: 'text',
      goods_type: 'text',
      goods_name: 'text',
      goods_price: 'bigint',
      goods_detail: 'text',
    },
    primaryKey: ['order_id', 'line'],
    references: { order_id: 'xc_orders' },
  },
  {
    name: 'xc_pay_record',
    columns: {
      pay_no: 'bigint',
      order_id: 'bigint',
      user_id: 'key',
      order_name: 'text',
      total_price: 'bigint',
      currency: 'code',
      status: 'code',
      create_date: 'bigint',
      expire_date: 'bigint',
      token: 'key',
      notify_url: 'text',
      return_url: 'text?',
      out_pay_no: 'text?',
      out_pay_channel: 'text?',
      pay_success_time: 'bigint?',
      receipt: 'code?',
      next_query_at: 'bigint',
      // Of all refunds that did not fail.
      refund_reserved: 'bigint',
      // When the poller asks next; NULL when it does not.
      poll_at: 'bigint?',
    },
    primaryKey: ['pay_no'],
    unique: [['token']],
    indexes: [
      ['order_id', 'create_date', 'pay_no'],
      ['poll_at', 'pay_no'],
      ['status', 'receipt'],
      ['pay_success_time', 'pay_no'],
    ],
  },
  {
    name: 'refund',
    columns: {
      id: 'bigint',
      out_request_no: 'key',
      order_id: 'bigint',
      pay_no: 'bigint',
      amount: 'bigint',
      reason: 'text',
      cause: 'code',
      status: 'code',
      create_date: 'bigint',
      finish_date: 'bigint?',
      available_at: 'bigint',
    },
    primaryKey: ['id'],
    unique: [['pay_no', 'out_request_no']],
    indexes: [
      ['status', 'available_at', 'id'],
      ['order_id', 'create_date', 'id'],
      ['status', 'finish_date', 'id'],
    ],
  },
  {
    name: 'mq_message',
    columns: {
      id: 'bigint',
      message_type: 'code',
      business_key1: 'key',
      business_key2: 'code',
      business_key3: 'text?',
      create_date: 'bigint',
      // When it is due, and while it is claimed when the lease ends: one column, so that one index serves the claim.
      available_at: 'bigint',
      claims: 'bigint',
      attempts: 'bigint',
      claim_token: 'key?',
      last_error: 'text?',
      dead_at: 'bigint?',
    },
    primaryKey: ['id'],
    indexes: [['dead_at', 'available_at', 'id']],
  },
  {
    name: 'evidence_journal',
    columns: {
      sequence: 'counter',
      id: 'key',
      source: 'code',
      received_at: 'bigint',
      out_trade_no: 'text?',
      body: 'bytes',
      verdict: 'text',
      // `out_trade_no` for the index: a forged one may be of any length and any letters.
      trade_key: 'key?',
    },
    primaryKey: ['sequence'],
    unique: [['id']],
    indexes: [['trade_key', 'received_at', 'sequence']],
  },
  {
    name: 'xc_choose_course',
    columns: {
      id: 'bigint',
      course_id: 'key',
      course_name: 'text',
      user_id: 'key',
      order_type: 'code',
      course_price: 'bigint',
      valid_days: 'bigint',
      status: 'code',
      create_date: 'bigint',
      validtime_start: 'bigint',
      validtime_end: 'bigint',
      // User and course while the choice is the current one, NULL afterwards: a partial unique index that MySQL has
      // too.
      active_key: 'pair?',
    },
    primaryKey: ['id'],
    unique: [['active_key']],
  },
  {
    name: 'xc_course_tables',
    columns: {
      choose_course_id: 'bigint',
      user_id: 'key',
      course_id: 'key',
      course_name: 'text',
      order_type: 'code',
      create_date: 'bigint',
      validtime_start: 'bigint',
      validtime_end: 'bigint',
    },
    primaryKey: ['choose_course_id'],
    unique: [['user_id', 'course_id']],
    indexes: [['user_id', 'create_date', 'choose_course_id']],
  },
  {
    name: 'course_publish',
    columns: { course_id: 'key', course_name: 'text', price: 'bigint', valid_days: 'bigint' },
    primaryKey: ['course_id'],
  },
  {
    name: 'handled_message',
    columns: { consumer: 'key', message_id: 'bigint', handled_at: 'bigint' },
    primaryKey: ['consumer', 'message_id'],
  },
  {
    name: 'worker_lease',
    columns: {
      worker: 'bigint',
      // Who holds the number; NULL once it was released.
      token: 'key?',
      // Ids with a time before this one belong to the holder, or to holders before; a new holder's begin here.
      used_until: 'bigint',
    },
    primaryKey: ['worker'],
  },
]
