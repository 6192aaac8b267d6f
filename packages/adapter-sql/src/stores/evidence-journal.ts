import type { EvidenceJournal, JournalEntry } from '@coursepay/core'
import { readBytes, readNumber, readText, readTextOrNull } from '../sql/row-values.js'
import { insertOnce, type SqlSession } from '../sql/session.js'
import { param, type Row, statement } from '../sql/statement.js'

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
  sql('evidence_journal').where('trade_key', param('tradeKey')).orderBy(['received_at', 'sequence']),
)

/** Alipay's own limit for an `out_trade_no`: 64 of these. What a forger writes instead is kept, but not indexed. */
const TRADE_KEY = /^[\x21-\x7e]{1,64}$/

export function evidenceJournal(session: SqlSession): EvidenceJournal {
  return {
    async record(entry) {
      const { outTradeNo } = entry
      const tradeKey = outTradeNo !== null && TRADE_KEY.test(outTradeNo) ? outTradeNo : null
      await insertOnce(session, insertEntry, { ...entry, tradeKey })
    },
    async listOf(outTradeNo) {
      return (await session.all(listOfTrade, { tradeKey: outTradeNo })).map(toEntry)
    },
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
