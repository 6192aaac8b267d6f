import type { EvidenceJournal } from '@coursepay/core/ports'
import { insertIfAbsent, type SqlSession } from '../sql/session.js'
import { sql } from '../sql/sql.js'
import { journalTable, outTradeNoOrDigest } from '../sql/tables.js'

export function createEvidenceJournal(session: SqlSession): EvidenceJournal {
  const { evidence_journal } = session.syntax.tables
  return {
    async append(entry) {
      await insertIfAbsent(session, journalTable, entry)
    },
    async listOf(outTradeNo) {
      const ofTrade = sql`SELECT * FROM ${evidence_journal} WHERE trade_key = ${outTradeNoOrDigest(outTradeNo)}
        AND out_trade_no = ${outTradeNo} ORDER BY received_at, sequence`
      return (await session.all(ofTrade)).map(journalTable.read)
    },
  }
}
