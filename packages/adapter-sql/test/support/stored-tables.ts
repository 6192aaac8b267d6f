/** Where a suite finds the ids that a store wrote, in any database: table and column. */
export const storedTables = {
  orders: ['xc_orders', 'id'],
  payRecords: ['xc_pay_record', 'pay_no'],
  refunds: ['refund', 'id'],
  outbox: ['mq_message', 'id'],
  journal: ['evidence_journal', 'id'],
  choices: ['xc_choose_course', 'id'],
  courseTable: ['xc_course_tables', 'choose_course_id'],
} as const
