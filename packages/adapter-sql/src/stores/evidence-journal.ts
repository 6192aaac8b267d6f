import type { EvidenceJournal, JournalEntry } from '@coursepay/core/ports'
import { readBytes, readNumber, readText, readTextOrNull } from '../sql/row-values.js'
import { insertIfAbsent, type SqlSession } from '../sql/session.js'
import { param, type Row, statement } from '../sql/statement.js'
import { tradeKeyOf } from '../sql/trade-key.js'
import { deleteOldest } from './retention.js'

const insertEntry = statement(({ sql }) =>
  sql('evidence_journal').insert({
    id: param('id'),
    source: param('source'),
    received_at: param('receivedAt'),
    out_trade_no: param('outTradeNo'),
    trade_key: param('tradeKey'),
    body: param('body'),
    verdict: param('verdict'),
  }),
)

const listOfTrade = statement(({ sql }) =>
  sql('evidence_journal')
    .where({ trade_key: param('tradeKey'), out_trade_no: param('outTradeNo') })
    .orderBy(['received_at', 'sequence']),
)

export function evidenceJournal(session: SqlSession): EvidenceJournal {
  return {
    async append(entry) {
      const tradeKey = entry.outTradeNo === null ? null : tradeKeyOf(entry.outTradeNo)
      await insertIfAbsent(session, insertEntry, { ...entry, tradeKey })
    },
    async listOf(outTradeNo) {
      return (await session.all(listOfTrade, { outTradeNo, tradeKey: tradeKeyOf(outTradeNo) })).map(toEntry)
    },
    deleteBefore: (before, limit) => deleteOldest(session, 'evidence', before, limit),
  }
}

const toEntry = (row: Row): JournalEntry => ({
  id: readText(row, 'id'),
  source: readText(row, 'source'),
  receivedAt: readNumber(row, 'received_at'),
  outTradeNo: readTextOrNull(row, 'out_trade_no'),
  body: readBytes(row, 'body'),
  verdict: readText(row, 'verdict'),
})
