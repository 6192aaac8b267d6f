import type { DeadLetter, OutboxInspection } from '@coursepay/core/ports'
import { readNumber, readNumberOrNull, readTextOrNull } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { type Row, sql } from '../sql/sql.js'
import { insertQuery } from '../sql/table.js'
import { messagesTable, operatorActionsTable } from '../sql/tables.js'

export function createOutboxInspection(session: SqlSession): OutboxInspection {
  const { syntax } = session
  const { mq_message } = syntax.tables
  return {
    async backlog() {
      const [row = {}] = await session.all(sql`SELECT COUNT(*) - COUNT(dead_at) AS waiting, COUNT(dead_at) AS dead,
        ${syntax.now()} - MIN(CASE WHEN dead_at IS NULL THEN create_date END) AS oldest FROM ${mq_message}`)
      const oldestMs = Math.max(0, readNumberOrNull(row, 'oldest') ?? 0)
      return { waiting: readNumber(row, 'waiting'), dead: readNumber(row, 'dead'), oldestMs }
    },
    async deadLetters(limit) {
      const dead = sql`SELECT * FROM ${mq_message} WHERE dead_at IS NOT NULL ORDER BY dead_at, available_at, id`
      return (await session.all(sql`${dead} LIMIT ${limit}`)).map(toDeadLetter)
    },
    async redeliver(messageId, action) {
      const named = sql`id = ${BigInt(messageId)}`
      const dead = sql`SELECT * FROM ${mq_message} WHERE ${named} AND dead_at IS NOT NULL ${syntax.forUpdate}`
      const redriven = sql`UPDATE ${mq_message} SET dead_at = NULL, claim_token = NULL,
        available_at = ${syntax.now()}, claims = 0, attempts = 0 WHERE ${named}`
      const [row] = await session.lockAndChange(dead, (rows) => [
        redriven,
        ...rows.map((found) => {
          const orderId = messagesTable.read(found).orderId ?? null
          return insertQuery(syntax, operatorActionsTable, [operatorActionsTable.cellsOf({ ...action, orderId })])
        }),
      ])
      return row === undefined ? null : toDeadLetter(row)
    },
  }
}

const toDeadLetter = (row: Row): DeadLetter => ({
  message: messagesTable.read(row),
  reason: readTextOrNull<string>(row, 'last_error') ?? '',
  attempts: readNumber(row, 'attempts'),
  diedAt: readNumber(row, 'dead_at'),
})
