import type { OutboxInspection } from '@coursepay/core'
import { readNumber, readNumberOrNull, toBigint } from '../sql/row-values.js'
import { changesOne, type SqlSession } from '../sql/session.js'
import { param, statement } from '../sql/statement.js'

/** Counted by the two sides of one index; the oldest is found among the waiting ones. */
const countMessages = statement(({ sql, now }) =>
  sql('mq_message').select(
    sql.raw('count(*) - count(??) as ??', ['dead_at', 'waiting']),
    sql.raw('count(??) as ??', ['dead_at', 'dead']),
    sql.raw('? - min(case when ?? is null then ?? end) as ??', [now, 'dead_at', 'create_date', 'oldest']),
  ),
)

const revive = statement(({ sql, now }) =>
  sql('mq_message')
    .where('id', param('id'))
    .whereNotNull('dead_at')
    .update({ dead_at: null, claim_token: null, available_at: now, claims: 0, attempts: 0 }),
)

export function outboxInspection(session: SqlSession): OutboxInspection {
  return {
    async backlog() {
      const row = (await session.get(countMessages, {})) ?? {}
      const oldestMs = Math.max(0, readNumberOrNull(row, 'oldest') ?? 0)
      return { waiting: readNumber(row, 'waiting'), dead: readNumber(row, 'dead'), oldestMs }
    },
    redeliver: (id) => changesOne(session, revive, { id: toBigint(id) }),
  }
}
