import { OrderStatus, PayStatus } from '@coursepay/core'
import type { Connection, RowDataPacket } from 'mysql2/promise'

/** Values that a plan depends on, for a few columns; `n` counts from 1. Other columns get a number or a text of `n`. */
const values: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  xc_orders: { status: `IF(n % 2, '${OrderStatus.paid}', '${OrderStatus.unpaid}')` },
  xc_pay_record: { status: `IF(n % 2, '${PayStatus.paid}', '${PayStatus.unpaid}')`, out_pay_no: "CONCAT('v', n)" },
  refund: { status: "ELT(1 + n % 3, 'pending', 'succeeded', 'failed')", cause: "'late'", finish_date: 'n' },
  mq_message: { available_at: 'n' },
  poll_schedule: { purpose: "IF(n % 2, 'poll', 'refund')", out_request_no: "''" },
}

/** Empties these tables and fills them with so many rows. */
export async function fillTables(connection: Connection, counts: Readonly<Record<string, number>>): Promise<void> {
  await connection.query('SET SESSION foreign_key_checks = 0, cte_max_recursion_depth = 100000').catch(() => null)
  await connection.query('SET SESSION foreign_key_checks = 0')
  await connection.query('SET SESSION max_recursive_iterations = 100000').catch(() => null)
  for (const [table, count] of Object.entries(counts)) await fillTable(connection, table, count)
}

async function fillTable(connection: Connection, table: string, count: number): Promise<void> {
  const [columns] = await connection.query<RowDataPacket[]>(
    `SELECT column_name AS name, data_type AS type, is_nullable AS nullable, extra FROM information_schema.columns
     WHERE table_schema = DATABASE() AND table_name = ?`,
    [table],
  )
  const filled = columns.flatMap(({ name, type, nullable, extra }) => {
    const value = values[table]?.[name]
    if (value !== undefined) return [[name, value] as const]
    if (nullable === 'YES' || String(extra).includes('auto_increment')) return []
    return [[name, type === 'bigint' ? 'n' : "CONCAT('v', n)"] as const]
  })
  await connection.query(`DELETE FROM ${table}`)
  const numbers = `WITH RECURSIVE number AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM number WHERE n < ${count})`
  await connection.query(
    `INSERT INTO ${table} (${filled.map(([name]) => name)}) ${numbers} SELECT ${filled.map(([, value]) => value)} FROM number`,
  )
  await connection.query(`ANALYZE TABLE ${table}`)
}
