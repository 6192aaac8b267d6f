import { handledMessagesContract } from '../../testing/contracts/index.js'
import { learningStoresHarness } from '../harnesses/learning-stores-harness.js'
import { inHandled, leakingErrors, untranslatedErrors } from './in-learning-stores.js'
import { forgetful, rounded, sabotaged, withoutTransaction } from './sabotage.js'

const WINDOW_MS = 7 * 86_400_000

export const handledMessagesSabotage = sabotaged(handledMessagesContract, learningStoresHarness, {
  // Forgets after a week.
  'lets a consumer take a message once': inHandled((handled) => ({
    takeOnce: (consumer, id, now) => handled.takeOnce(`${consumer}-${Math.floor(now / WINDOW_MS)}`, id, now),
  })),

  'lets each consumer take the message': inHandled((handled) => ({
    takeOnce: (_consumer, id, now) => handled.takeOnce('anybody', id, now),
  })),

  'keeps ids above 2^53 apart': inHandled((handled) => ({
    takeOnce: (consumer, id, now) => handled.takeOnce(consumer, rounded(id), now),
  })),

  // Looks first and writes then.
  'lets one of many callers take the message': (harness) => {
    const taken = new Set<string>()
    return inHandled((handled, bound) => ({
      async takeOnce(consumer, id, now) {
        const first = !taken.has(id)
        await null
        taken.add(id)
        return bound ? handled.takeOnce(consumer, id, now) : first
      },
    }))(harness)
  },

  'lets one of many units of work take the message': inHandled((handled, bound) => ({
    takeOnce: async (consumer, id, now) => (await handled.takeOnce(consumer, id, now)) || bound,
  })),

  'lets a message be taken again when the unit of work failed': withoutTransaction,
  'remembers over a restart': forgetful(learningStoresHarness),
  'fails with store_unavailable when the store cannot be reached': untranslatedErrors,
  'leaves no secret in its errors': leakingErrors,
})
