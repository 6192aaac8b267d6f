import type { ChooseCourseRepository } from '../learning/ports/choose-course-repository.js'
import { CheckoutError } from '../shared/checkout-error.js'
import { ChoiceStatus } from '../shared/status-codes.js'
import { type LearningSession, pairKey } from './in-memory-learning-tables.js'

export function inMemoryChooseCourseRepository(session: LearningSession): ChooseCourseRepository {
  return {
    insertOrRead: (choice) =>
      session.write(({ choices, currentChoiceId }) => {
        const key = pairKey(choice.userId, choice.courseId)
        const current = choices.get(currentChoiceId.get(key) ?? '')
        if (current !== undefined) return { choice: current, inserted: false }
        if (choices.get(choice.id) !== undefined) throw new CheckoutError('state_conflict', 'This choice id is taken.')
        choices.set(choice.id, choice)
        currentChoiceId.set(key, choice.id)
        return { choice: choices.get(choice.id) ?? choice, inserted: true }
      }),
    find: (id) => session.read(({ choices }) => choices.get(id) ?? null),
    findCurrent: (userId, courseId) =>
      session.read(
        ({ choices, currentChoiceId }) => choices.get(currentChoiceId.get(pairKey(userId, courseId)) ?? '') ?? null,
      ),
    grant: (granted) =>
      session.write(({ choices, currentChoiceId }) => {
        const current = currentChoiceId.get(pairKey(granted.userId, granted.courseId)) === granted.id
        if (!current || choices.get(granted.id)?.status !== ChoiceStatus.waiting) return false
        choices.set(granted.id, granted)
        return true
      }),
    retire: (id) =>
      session.write(({ choices, currentChoiceId }) => {
        const choice = choices.get(id)
        if (choice === undefined) return false
        const key = pairKey(choice.userId, choice.courseId)
        if (currentChoiceId.get(key) !== id) return false
        currentChoiceId.delete(key)
        return true
      }),
  }
}
