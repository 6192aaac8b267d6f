import type { EvidenceJournal } from '../orders/ports/evidence-journal.js'
import type { OrderSession } from './in-memory-order-tables.js'

export function inMemoryEvidenceJournal(session: OrderSession): EvidenceJournal {
  return {
    record: (entry) =>
      session.write(({ journal }) => {
        if (journal.get(entry.id) === undefined) journal.set(entry.id, entry)
      }),
    listOf: (outTradeNo) =>
      session.read(({ journal }) =>
        journal
          .all()
          .filter((entry) => entry.outTradeNo === outTradeNo)
          .sort((some, other) => some.receivedAt - other.receivedAt),
      ),
  }
}
