import type { DeadLetter, OutboxInspection } from '@coursepay/core/ports'
import { readNumber, readNumberOrNull, readTextOrNull, toBigint } from '../sql/row-values.js'
import type { SqlSession } from '../sql/session.js'
import { LIMIT, param, type Row, statement } from '../sql/statement.js'
import { insertion } from '../sql/table.js'
import { messages, operatorActions } from '../sql/tables.js'

const countMessages = statement(({ sql, now }) =>
  sql('mq_message').select(
    sql.raw('count(*) - count(??) as ??', ['dead_at', 'waiting']),
    sql.raw('count(??) as ??', ['dead_at', 'dead']),
    sql.raw('? - min(case when ?? is null then ?? end) as ??', [now, 'dead_at', 'create_date', 'oldest']),
  ),
)

const findDead = statement(({ sql }) =>
  sql('mq_message').whereNotNull('dead_at').orderBy(['dead_at', 'available_at', 'id']).limit(LIMIT),
)

const lockDead = statement(({ sql }) => sql('mq_message').where('id', param('id')).whereNotNull('dead_at').forUpdate())

const redriveMessage = statement(({ sql, now }) =>
  sql('mq_message')
    .where('id', param('id'))
    .update({ dead_at: null, claim_token: null, available_at: now, claims: 0, attempts: 0 }),
)

export function outboxInspection(session: SqlSession): OutboxInspection {
  return {
    async backlog() {
      const [row = {}] = await session.all(countMessages, {})
      const oldestMs = Math.max(0, readNumberOrNull(row, 'oldest') ?? 0)
      return { waiting: readNumber(row, 'waiting'), dead: readNumber(row, 'dead'), oldestMs }
    },
    deadLetters: async (limit) => (await session.all(findDead, { limit })).map(toDeadLetter),
    async redeliver(messageId, action) {
      const id = { id: toBigint(messageId) }
      const [row] = await session.lockAndChange([lockDead, id], (rows) =>
        rows.flatMap((dead) => {
          const orderId = messages.read(dead).orderId ?? null
          return [[redriveMessage, id] as const, insertion(operatorActions, { ...action, orderId })]
        }),
      )
      return row === undefined ? null : toDeadLetter(row)
    },
  }
}

const toDeadLetter = (row: Row): DeadLetter => ({
  message: messages.read(row),
  reason: readTextOrNull<string>(row, 'last_error') ?? '',
  attempts: readNumber(row, 'attempts'),
  diedAt: readNumber(row, 'dead_at'),
})
