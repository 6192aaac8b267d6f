import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { SAMPLE_TIME, sampleId, sampleJournalEntry } from './sample-data.js'
import { callConcurrently, type OrderStoreHarness, storeClauses } from './store-harness.js'

const OUT_TRADE_NO = sampleId(100_001)

export const evidenceJournalContract = defineContract<OrderStoreHarness>()('EvidenceJournal', {
  'records what came in and lists it as it was': async ({ store: { journal } }) => {
    const sources = ['notify', 'query', 'bill', 'close', 'refund', 'refund_query', 'closed'] as const
    const verdict = 'unknown: HTTP status 502 坏网关'
    const entries = sources.map((source, count) => sampleJournalEntry(count, { source, verdict }))
    for (const entry of entries) await journal.append(entry)
    equal(await journal.listOf(OUT_TRADE_NO), entries)
  },

  'keeps every byte, whatever it is, and an empty body': async ({ store: { journal } }) => {
    const bodies = [Uint8Array.from({ length: 256 }, (_, byte) => byte), new Uint8Array()]
    for (const [count, body] of bodies.entries()) await journal.append(sampleJournalEntry(count, { body }))
    const stored = (await journal.listOf(OUT_TRADE_NO)).map(({ body }) => body)
    for (const body of stored) ensure(body instanceof Uint8Array, 'The body is bytes.')
    equal(
      stored.map((body) => Array.from(body)),
      bodies.map((body) => Array.from(body)),
    )
  },

  'lists all that came for one payment, oldest first': async ({ store: { journal } }) => {
    const newer = sampleJournalEntry(1, { receivedAt: SAMPLE_TIME + 2 })
    const older = sampleJournalEntry(2, { receivedAt: SAMPLE_TIME + 1 })
    for (const entry of [newer, older, sampleJournalEntry(3, { outTradeNo: sampleId(100_002) })])
      await journal.append(entry)
    equal(await journal.listOf(OUT_TRADE_NO), [older, newer])
  },

  'keeps what names no payment': async ({ store: { journal } }) => {
    await journal.append(sampleJournalEntry(1, { outTradeNo: null, verdict: 'bad_signature' }))
    await journal.append(sampleJournalEntry(1))
    equal(await journal.listOf(OUT_TRADE_NO), [], 'what is stored under an id that is taken')
  },

  'keeps apart what claims payments that nobody knows, of any text and length': async ({ store: { journal } }) => {
    const long = '7'.repeat(60_000)
    const claims = ["'; DROP TABLE xc_orders; --", `${long}1`, `${long}2`]
    const entries = claims.map((outTradeNo, count) => sampleJournalEntry(count, { outTradeNo }))
    for (const entry of entries) await journal.append(entry)
    for (const [count, claim] of claims.entries()) equal(await journal.listOf(claim), entries.slice(count, count + 1))
  },

  'records an entry once, also for many callers at once': async ({ store: { journal } }) => {
    await callConcurrently(8, () => journal.append(sampleJournalEntry()))
    await journal.append(sampleJournalEntry(1, { verdict: 'another' }))
    equal(await journal.listOf(OUT_TRADE_NO), [sampleJournalEntry()])
  },

  ...storeClauses<OrderStoreHarness>({
    calls: ({ store: { journal } }) => [journal.append(sampleJournalEntry()), journal.listOf(OUT_TRADE_NO)],
    async write({ store: { journal } }) {
      const given = sampleJournalEntry()
      await journal.append(given)
      return given
    },
    read: ({ store: { journal } }) => journal.listOf(OUT_TRADE_NO),
  }),
})
