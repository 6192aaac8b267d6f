import { relayOutbox } from '../../src/assembly.js'
import { MessageType } from '../../src/index.js'
import type { OutboxPort } from '../../src/ports.js'
import { inCommit, inLearning, inOrderParts, inOrderProgram, inOrderStore, type PlantedBug } from './faulty-program.js'

/** Ways to lose a message, or to handle one twice. */
export const messageBugs: readonly PlantedBug[] = [
  inOrderStore('writes its message after the commit', ({ orders }) => ({
    orders: {
      find: (key) => orders.find(key),
      findMany: (ids) => orders.findMany(ids),
      listOverdue: (now, limit) => orders.listOverdue(now, limit),
      async commit(commit) {
        const outcome = await orders.commit({ ...commit, messages: [] })
        if (outcome === 'conflict' || commit.messages.length === 0) return outcome
        const { after, messages } = commit
        return orders.commit({ before: after, after, messages, journal: [], actions: [], schedule: [] })
      },
    },
  })),

  inCommit('sends no message of a full refund', (commit) => ({
    ...commit,
    messages: commit.messages.filter(({ messageType }) => messageType !== MessageType.refundResult),
  })),

  inOrderProgram('takes messages out of the outbox before the broker has them', (program, { store, publisher }) => {
    const { outbox } = store
    const eager: OutboxPort = {
      settle: async (outcomes) => outcomes.map(() => true),
      async claim(limit, leaseMs) {
        const claimed = await outbox.claim(limit, leaseMs)
        await outbox.settle(claimed.map((each) => ({ kind: 'acknowledge', claimed: each })))
        return claimed
      },
    }
    return { ...program, workers: { ...program.workers, relay: relayOutbox(eager, publisher) } }
  }),

  inOrderParts('takes no answer of the broker for a confirm', (parts) => ({
    ...parts,
    publisher: {
      ...parts.publisher,
      async publish(message) {
        const outcome = await parts.publisher.publish(message)
        return outcome.kind === 'unknown' ? { kind: 'confirmed' } : outcome
      },
    },
  })),

  inLearning('revokes no course that was refunded', (program) => ({
    ...program,
    service: {
      ...program.service,
      async receivePayResult(message) {
        if (message.messageType !== MessageType.refundResult) await program.service.receivePayResult(message)
      },
    },
  })),

  inLearning('revokes a course for a partial refund', (program) => ({
    ...program,
    service: {
      ...program.service,
      receivePayResult: (message) =>
        program.service.receivePayResult(
          message.messageType === MessageType.partialRefund
            ? { ...message, messageType: MessageType.refundResult }
            : message,
        ),
    },
  })),

  inLearning('notes what a message says as handled before it is', (program, { store }) => {
    const noted = notesIn(store)
    return {
      ...program,
      service: {
        ...program.service,
        async receivePayResult(message) {
          // Not by its id: the message that is sent again for a course that waits has another one.
          const said = `${message.messageType} ${message.businessKey1}`
          if (noted.has(said)) return
          noted.add(said)
          await program.service.receivePayResult(message)
        },
      },
    }
  }),
]

const notes = new WeakMap<object, Set<string>>()

/** They outlive the program, like the rows beside them. */
function notesIn(store: object): Set<string> {
  const known = notes.get(store) ?? new Set()
  notes.set(store, known)
  return known
}
