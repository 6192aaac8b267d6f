import type { HandledMessages } from '@coursepay/core'
import { toBigint } from '../sql/row-values.js'
import { insertOnce, type SqlSession } from '../sql/session.js'
import { param, statement } from '../sql/statement.js'

const insertHandled = statement(({ sql }) =>
  sql('handled_message').insert({
    consumer: param('consumer'),
    message_id: param('messageId'),
    handled_at: param('now'),
  }),
)

export function handledMessages(session: SqlSession): HandledMessages {
  return {
    takeOnce: (consumer, id, now) => insertOnce(session, insertHandled, { consumer, messageId: toBigint(id), now }),
  }
}
