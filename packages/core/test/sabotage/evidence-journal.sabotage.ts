import type { JournalEntry } from '../../src/ports.js'
import { evidenceJournalContract, sampleJournalEntry } from '../../testing/contracts/index.js'
import { orderStoreHarness } from '../harnesses/order-store-harness.js'
import { inOrderStore, sabotaged, storeSabotage } from './sabotage.js'

const inJournal = inOrderStore('journal')

/** Spoils each entry as it comes in. */
const appendedAs = (spoil: (entry: JournalEntry) => JournalEntry) =>
  inJournal((journal) => ({ append: (entry) => journal.append(spoil(entry)) }))

/** Stores the bytes as text, as a TEXT column does. */
const asText = (body: Uint8Array) => new TextEncoder().encode(new TextDecoder().decode(body))

export const evidenceJournalSabotage = sabotaged(evidenceJournalContract, orderStoreHarness, {
  'records what came in and lists it as it was': appendedAs((entry) => ({ ...entry, source: 'notify' })),
  'keeps every byte, whatever it is, and an empty body': [
    appendedAs((entry) => ({ ...entry, body: asText(entry.body) })),
    inJournal((journal) => ({
      append: async (entry) => (entry.body.length > 0 ? journal.append(entry) : undefined),
    })),
  ],

  'lists all that came for one payment, oldest first': inJournal((journal) => ({
    listOf: async (outTradeNo) => [...(await journal.listOf(outTradeNo))].reverse(),
  })),

  'keeps what names no payment': [
    inJournal((journal) => ({
      append: async (entry) => (entry.outTradeNo === null ? undefined : journal.append(entry)),
    })),
    inJournal((journal) => ({
      async listOf(outTradeNo) {
        const list = await journal.listOf(outTradeNo)
        return list.length > 0 ? list : [sampleJournalEntry()]
      },
    })),
  ],

  'keeps apart what claims payments that nobody knows, of any text and length': [
    // A foreign key to the payments.
    inJournal((journal) => ({
      append: async (entry) => (/^\d*$/.test(entry.outTradeNo ?? '') ? journal.append(entry) : undefined),
    })),
    // A column of 64 characters that cuts off what is longer.
    inJournal((journal) => ({
      append: (entry) => journal.append({ ...entry, outTradeNo: entry.outTradeNo?.slice(0, 64) ?? null }),
      listOf: (outTradeNo) => journal.listOf(outTradeNo.slice(0, 64)),
    })),
  ],

  'records an entry once, also for many callers at once': [
    inJournal((journal) => ({
      append: (entry) => journal.append({ ...entry, id: `${entry.id} ${entry.verdict}` }),
    })),
    // Looks first and inserts then, under a number of its own.
    (harness) => {
      let rows = 0
      return inJournal((journal) => ({
        async append(entry) {
          const known = (await journal.listOf(entry.outTradeNo ?? '')).length > 0
          rows += 1
          if (!known) await journal.append({ ...entry, id: String(rows) })
        },
      }))(harness)
    },
  ],

  'shares no object with its callers': (harness) => {
    const kept: JournalEntry[] = []
    return inJournal(() => ({
      append: async (entry) => void kept.push(entry),
      listOf: async () => kept,
    }))(harness)
  },

  ...storeSabotage(orderStoreHarness),
})
