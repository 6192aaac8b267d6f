import type { EvidenceJournal } from '@coursepay/core/ports'
import { insertIfAbsent, type SqlSession } from '../sql/session.js'
import { param, statement } from '../sql/statement.js'
import { journal, tradeKeyOf } from '../sql/tables.js'
import { deleteOldest } from './retention.js'

const listOfTrade = statement(({ sql }) =>
  sql('evidence_journal')
    .where({ trade_key: param('tradeKey'), out_trade_no: param('outTradeNo') })
    .orderBy(['received_at', 'sequence']),
)

export function evidenceJournal(session: SqlSession): EvidenceJournal {
  return {
    async append(entry) {
      await insertIfAbsent(session, journal, entry)
    },
    async listOf(outTradeNo) {
      return (await session.all(listOfTrade, { outTradeNo, tradeKey: tradeKeyOf(outTradeNo) })).map(journal.read)
    },
    deleteBefore: (before, limit) => deleteOldest(session, 'evidence', before, limit),
  }
}
