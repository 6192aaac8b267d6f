import type { JournalEntry } from '../../src/index.js'
import { evidenceJournalContract, sampleEvidence } from '../../testing/contracts/index.js'
import { orderStoresHarness } from '../harnesses/order-stores-harness.js'
import { inJournal, leakingErrors, untranslatedErrors } from './in-order-stores.js'
import { forgetful, sabotaged, withoutTransaction } from './sabotage.js'

/** Spoils each entry as it comes in. */
const recordedAs = (spoil: (entry: JournalEntry) => JournalEntry) =>
  inJournal((journal) => ({ record: (entry) => journal.record(spoil(entry)) }))

/** Stores the bytes as text, as a TEXT column does. */
const asText = (body: Uint8Array) => new TextEncoder().encode(new TextDecoder().decode(body))

export const evidenceJournalSabotage = sabotaged(evidenceJournalContract, orderStoresHarness, {
  'records what came in and lists it as it was': recordedAs((entry) => ({ ...entry, source: 'notify' })),
  'keeps every byte, whatever it is': recordedAs((entry) => ({ ...entry, body: asText(entry.body) })),

  'keeps an empty body': inJournal((journal) => ({
    record: async (entry) => (entry.body.length > 0 ? journal.record(entry) : undefined),
  })),

  'lists all that came for one attempt, oldest first': inJournal((journal) => ({
    listOf: async (outTradeNo) => [...(await journal.listOf(outTradeNo))].reverse(),
  })),

  'keeps what names no attempt': inJournal((journal) => ({
    record: async (entry) => (entry.outTradeNo === null ? undefined : journal.record(entry)),
  })),

  // A foreign key to the attempts.
  'keeps what claims an attempt that nobody knows': inJournal((journal) => ({
    record: async (entry) => (/^\d*$/.test(entry.outTradeNo ?? '') ? journal.record(entry) : undefined),
  })),

  // A column of 64 characters that cuts off what is longer.
  'keeps apart what claims numbers of any length': inJournal((journal) => ({
    record: (entry) => journal.record({ ...entry, outTradeNo: entry.outTradeNo?.slice(0, 64) ?? null }),
    listOf: (outTradeNo) => journal.listOf(outTradeNo.slice(0, 64)),
  })),

  'lists nothing where nothing came': inJournal((journal) => ({
    async listOf(outTradeNo) {
      const list = await journal.listOf(outTradeNo)
      return list.length > 0 ? list : [sampleEvidence()]
    },
  })),

  'records an entry once': inJournal((journal) => ({
    record: (entry) => journal.record({ ...entry, id: `${entry.id} ${entry.verdict}` }),
  })),

  // Looks first and inserts then, under a number of its own.
  'records an entry once for many callers at once': (harness) => {
    let rows = 0
    return inJournal((journal) => ({
      async record(entry) {
        const known = (await journal.listOf(entry.outTradeNo ?? '')).length > 0
        rows += 1
        if (!known) await journal.record({ ...entry, id: String(rows) })
      },
    }))(harness)
  },

  'takes back what a failed unit of work recorded': withoutTransaction,
  'keeps an entry over a restart': forgetful(orderStoresHarness),

  'shares no bytes with its callers': (harness) => {
    const kept: JournalEntry[] = []
    return inJournal(() => ({
      record: async (entry) => void kept.push(entry),
      listOf: async () => kept,
    }))(harness)
  },

  'fails with store_unavailable when the store cannot be reached': untranslatedErrors,
  'leaves no secret in its errors': leakingErrors,
})
