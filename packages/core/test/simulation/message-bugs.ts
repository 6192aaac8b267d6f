import type { PayResultMessage } from '../../src/index.js'
import { relayOutbox } from '../../src/index.js'
import { checkoutProgram } from '../../testing/contracts/index.js'
import { inOrderParts, inOrderProgram, type PlantedBug } from './faulty-program.js'

/** Ways to lose a message, or to take one twice. */
export const messageBugs: readonly PlantedBug[] = [
  inOrderParts('writes its message after the transaction', (parts) => ({
    ...parts,
    unitOfWork: {
      async run(work) {
        const later: PayResultMessage[] = []
        const append = async (message: PayResultMessage) => void later.push(message)
        const result = await parts.unitOfWork.run((stores) => {
          later.length = 0
          return work({ ...stores, outbox: { ...stores.outbox, append } })
        })
        for (const message of later) await parts.stores.outbox.append(message)
        return result
      },
    },
  })),

  inOrderProgram('takes messages out of the outbox before the broker has them', (program, { stores, publisher }) => {
    const { outbox } = stores
    const gone = async () => true
    const eager = {
      ...outbox,
      ...{ delivered: gone, postpone: gone, park: gone },
      async claim(limit: number, leaseMs: number) {
        const claimed = await outbox.claim(limit, leaseMs)
        for (const each of claimed) await outbox.delivered(each)
        return claimed
      },
    }
    return { ...program, workers: { ...program.workers, relay: relayOutbox(eager, publisher) } }
  }),

  inOrderParts('takes no word of the broker for a yes', (parts) => ({
    ...parts,
    publisher: {
      ...parts.publisher,
      async publish(message) {
        const outcome = await parts.publisher.publish(message)
        return outcome.kind === 'unknown' ? { kind: 'confirmed' } : outcome
      },
    },
  })),

  {
    name: 'reads a message without an inbox, and grants whatever it says',
    program: {
      ...checkoutProgram,
      learning: (parts) =>
        checkoutProgram.learning({
          ...parts,
          unitOfWork: {
            run: (work) =>
              parts.unitOfWork.run((stores) =>
                work({
                  ...stores,
                  handled: { takeOnce: async () => true },
                  choices: { ...stores.choices, grant: async (choice) => (await stores.choices.grant(choice)) || true },
                }),
              ),
          },
        }),
    },
  },

  {
    name: 'marks a message as read before it is worked on',
    program: {
      ...checkoutProgram,
      learning(parts) {
        const handled = { takeOnce: async () => true }
        const run: typeof parts.unitOfWork.run = (work) =>
          parts.unitOfWork.run((stores) => work({ ...stores, handled }))
        const program = checkoutProgram.learning({ ...parts, unitOfWork: { run } })
        const receivePayResult: typeof program.service.receivePayResult = async (message) => {
          if (!(await parts.stores.handled.takeOnce('reader', message.id, parts.clock.now()))) return
          await program.service.receivePayResult(message)
        }
        return { ...program, service: { ...program.service, receivePayResult } }
      },
    },
  },
]
