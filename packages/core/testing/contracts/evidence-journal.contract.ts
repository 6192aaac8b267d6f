import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { SAMPLE_TIME, sampleEvidence, sampleId } from './sample-data.js'
import { atOnce, keepsSecrets, type OrderStoresHarness, rolledBack, tamper, unavailable } from './store-harness.js'

const OUT_TRADE_NO = sampleId(101)

const everyCall = ({ stores: { journal } }: OrderStoresHarness) => [
  journal.record(sampleEvidence()),
  journal.listOf(OUT_TRADE_NO),
]

export const evidenceJournalContract = defineContract<OrderStoresHarness>()('EvidenceJournal', {
  'records what came in and lists it as it was': async ({ stores: { journal } }) => {
    const sources = ['notify', 'query', 'bill', 'close', 'refund', 'refund_query'] as const
    const verdict = 'unknown: HTTP status 502 坏网关'
    const entries = sources.map((source, count) => sampleEvidence(count, { source, verdict }))
    for (const entry of entries) await journal.record(entry)
    equal(await journal.listOf(OUT_TRADE_NO), entries)
  },

  'keeps every byte, whatever it is': async ({ stores: { journal } }) => {
    const body = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    await journal.record(sampleEvidence(1, { body }))
    const [entry] = await journal.listOf(OUT_TRADE_NO)
    ensure(entry?.body instanceof Uint8Array, 'The body is bytes.')
    equal(Array.from(entry.body), Array.from(body), 'the bytes')
  },

  'keeps an empty body': async ({ stores: { journal } }) => {
    await journal.record(sampleEvidence(1, { body: new Uint8Array() }))
    const [entry] = await journal.listOf(OUT_TRADE_NO)
    equal(entry?.body.length, 0, 'the length of the body')
  },

  'lists all that came for one attempt, oldest first': async ({ stores: { journal } }) => {
    const newer = sampleEvidence(1, { receivedAt: SAMPLE_TIME + 2 })
    const older = sampleEvidence(2, { receivedAt: SAMPLE_TIME + 1 })
    for (const entry of [newer, older, sampleEvidence(3, { outTradeNo: sampleId(102) })]) await journal.record(entry)
    equal(await journal.listOf(OUT_TRADE_NO), [older, newer])
  },

  'keeps what names no attempt': async ({ stores: { journal }, storedIds }) => {
    const entry = sampleEvidence(1, { outTradeNo: null, verdict: 'bad_signature' })
    await journal.record(entry)
    equal(await storedIds('journal'), [entry.id])
    equal(await journal.listOf(OUT_TRADE_NO), [])
  },

  'keeps what claims an attempt that nobody knows': async ({ stores: { journal } }) => {
    const entry = sampleEvidence(1, { outTradeNo: "'; DROP TABLE xc_orders; --", verdict: 'bad_signature' })
    await journal.record(entry)
    equal(await journal.listOf("'; DROP TABLE xc_orders; --"), [entry])
  },

  'keeps apart what claims numbers of any length': async ({ stores: { journal } }) => {
    const long = '7'.repeat(60_000)
    const some = sampleEvidence(1, { outTradeNo: `${long}1` })
    const other = sampleEvidence(2, { outTradeNo: `${long}2` })
    for (const entry of [some, other]) await journal.record(entry)
    equal(await journal.listOf(`${long}1`), [some])
    equal(await journal.listOf(`${long}2`), [other])
  },

  'lists nothing where nothing came': async ({ stores: { journal } }) => {
    equal(await journal.listOf(OUT_TRADE_NO), [])
  },

  'records an entry once': async ({ stores: { journal }, storedIds }) => {
    await journal.record(sampleEvidence(1))
    await journal.record(sampleEvidence(1, { verdict: 'another' }))
    equal(await journal.listOf(OUT_TRADE_NO), [sampleEvidence(1)])
    equal(await storedIds('journal'), [sampleEvidence(1).id])
  },

  'records an entry once for many callers at once': async ({ stores: { journal }, storedIds }) => {
    await atOnce(8, () => journal.record(sampleEvidence()))
    equal(await storedIds('journal'), [sampleEvidence().id])
  },

  'takes back what a failed unit of work recorded': async (harness) => {
    await rolledBack(harness, ({ journal }) => journal.record(sampleEvidence()))
    equal(await harness.storedIds('journal'), [])
  },

  'keeps an entry over a restart': async (harness) => {
    await harness.stores.journal.record(sampleEvidence())
    await harness.reopen()
    equal(await harness.stores.journal.listOf(OUT_TRADE_NO), [sampleEvidence()])
  },

  'shares no bytes with its callers': async ({ stores: { journal } }) => {
    const entry = sampleEvidence()
    await journal.record(entry)
    const [listed] = await journal.listOf(OUT_TRADE_NO)
    for (const copy of [entry, listed]) tamper(() => void copy?.body.fill(0))
    equal(await journal.listOf(OUT_TRADE_NO), [sampleEvidence()])
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) => keepsSecrets(harness, () => everyCall(harness)),
})
