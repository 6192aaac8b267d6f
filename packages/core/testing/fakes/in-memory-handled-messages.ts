import type { HandledMessages } from '../learning/ports/handled-messages.js'
import { type LearningSession, pairKey } from './in-memory-learning-tables.js'

export function inMemoryHandledMessages(session: LearningSession): HandledMessages {
  return {
    takeOnce: (consumer, id, now) =>
      session.write(({ handled }) => {
        const key = pairKey(id, consumer)
        if (handled.get(key) !== undefined) return false
        handled.set(key, now)
        return true
      }),
  }
}
