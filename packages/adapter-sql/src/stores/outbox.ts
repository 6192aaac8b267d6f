import { randomUUID } from 'node:crypto'
import type { ClaimedMessage, OutboxPort, PayResultMessage } from '@coursepay/core'
import { readId, readNumber, readText, readTextOrNull, toBigint } from '../sql/row-values.js'
import { changesOne, insertOnce, type SqlSession } from '../sql/session.js'
import { type Claim, LIMIT, param, type Row, statement, type Values } from '../sql/statement.js'
import { ConfirmedDeletes } from './confirmed-deletes.js'

const insertMessage = statement(({ sql, now }) =>
  sql('mq_message').insert({
    id: param('id'),
    message_type: param('messageType'),
    business_key1: param('businessKey1'),
    business_key2: param('businessKey2'),
    business_key3: param('businessKey3'),
    create_date: now,
    available_at: now,
    claims: 0,
    attempts: 0,
  }),
)

const dueMessages: Claim = {
  table: 'mq_message',
  due: ({ sql, now }) =>
    sql('mq_message')
      .select('id')
      .whereNull('dead_at')
      .where('available_at', '<=', now)
      .orderBy(['available_at', 'id'])
      .limit(LIMIT),
  changes: ({ sql, now }) => ({
    claim_token: param('token'),
    available_at: sql.raw('? + ?', [now, param('leaseMs')]),
    claims: sql.raw('?? + 1', ['claims']),
  }),
  columns: [
    'id',
    'message_type',
    'business_key1',
    'business_key2',
    'business_key3',
    'create_date',
    'claim_token',
    'attempts',
    'claims',
  ],
  claimed: (row, { token = null }) => ({ ...row, claim_token: token, claims: readNumber(row, 'claims') + 1 }),
}

/** Every later step names the claim's token: with a lease that another relay took over it changes no row. */
const claimedRow = { id: param('id'), claim_token: param('token') }

const postponeClaimed = statement(({ sql, now }) =>
  sql('mq_message')
    .where(claimedRow)
    .update({
      claim_token: null,
      available_at: sql.raw('? + ?', [now, param('delayMs')]),
      claims: 0,
      attempts: sql.raw('?? + ?', ['attempts', param('countedAttempts')]),
      last_error: param('reason'),
    }),
)

const parkClaimed = statement(({ sql, now }) =>
  sql('mq_message')
    .where(claimedRow)
    .update({ claim_token: null, dead_at: now, last_error: param('reason') }),
)

export function outbox(session: SqlSession): OutboxPort {
  const confirmed = new ConfirmedDeletes(session)
  return {
    async append({ id, messageType, businessKey1, businessKey2, businessKey3 }) {
      const values = { id: toBigint(id), messageType, businessKey1, businessKey2, businessKey3 }
      await insertOnce(session, insertMessage, values)
    },
    async claim(limit, leaseMs) {
      const token = randomUUID()
      confirmed.hurry()
      const claimed = (await session.claim(dueMessages, { limit, leaseMs, token })).map(toClaimedMessage)
      confirmed.expect(claimed.map(idOf))
      return claimed
    },
    delivered: (claimed) => confirmed.delete({ id: idOf(claimed), token: claimed.token }),
    postpone(claimed, { delayMs, reason, countsAsAttempt }) {
      confirmed.answered(idOf(claimed))
      const countedAttempts = countsAsAttempt ? 1 : 0
      return changesOne(session, postponeClaimed, { ...fenceOf(claimed), delayMs, reason, countedAttempts })
    },
    park(claimed, reason) {
      confirmed.answered(idOf(claimed))
      return changesOne(session, parkClaimed, { ...fenceOf(claimed), reason })
    },
  }
}

const idOf = ({ message }: ClaimedMessage) => BigInt(message.id)
const fenceOf = (claimed: ClaimedMessage): Values => ({ id: idOf(claimed), token: claimed.token })

const toClaimedMessage = (row: Row): ClaimedMessage => ({
  message: toMessage(row),
  token: readText(row, 'claim_token'),
  attempts: readNumber(row, 'attempts'),
  claims: readNumber(row, 'claims'),
})

export const toMessage = (row: Row): PayResultMessage => ({
  id: readId(row, 'id'),
  messageType: readText(row, 'message_type'),
  businessKey1: readText(row, 'business_key1'),
  businessKey2: readText(row, 'business_key2'),
  businessKey3: readTextOrNull(row, 'business_key3'),
})
