import { createHash } from 'node:crypto'
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
  sql('evidence_journal')
    .where({ trade_key: param('tradeKey'), out_trade_no: param('outTradeNo') })
    .orderBy(['received_at', 'sequence']),
)

const TRADE_NO = /^[\x21-\x7e]{1,64}$/

/** What the index holds: a trade number that can be one (Alipay: up to 64), or a digest of whatever a forger wrote. */
const tradeKeyOf = (outTradeNo: string) =>
  TRADE_NO.test(outTradeNo) ? outTradeNo : createHash('sha256').update(outTradeNo).digest('hex')

export function evidenceJournal(session: SqlSession): EvidenceJournal {
  return {
    async record(entry) {
      const tradeKey = entry.outTradeNo === null ? null : tradeKeyOf(entry.outTradeNo)
      await insertOnce(session, insertEntry, { ...entry, tradeKey })
    },
    async listOf(outTradeNo) {
      return (await session.all(listOfTrade, { outTradeNo, tradeKey: tradeKeyOf(outTradeNo) })).map(toEntry)
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
