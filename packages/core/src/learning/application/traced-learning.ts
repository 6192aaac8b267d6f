import type { Tracer } from '../../shared/ports/tracer.js'
import { currentChoice } from '../domain/course-entitlement.js'
import type { LearningStore } from '../ports/learning-store.js'

/** Each commit of an entitlement is a span. */
export function tracedLearningStore(store: LearningStore, tracer: Tracer): LearningStore {
  const { choices } = store
  return {
    ...store,
    choices: {
      find: (key) => choices.find(key),
      isHandled: (consumer, id) => choices.isHandled(consumer, id),
      page: (userId, offset, limit) => choices.page(userId, offset, limit),
      listWaiting: (before, after, limit) => choices.listWaiting(before, after, limit),
      commit(commit) {
        const { after, handled } = commit
        const attributes = {
          'coursepay.course_id': after.courseId,
          'coursepay.choose_course_id': currentChoice(after)?.id,
          'messaging.message.id': handled?.messageId,
        }
        return tracer.trace('commit entitlement', { kind: 'client', attributes }, async (span) => {
          const outcome = await choices.commit(commit)
          span.set({ 'coursepay.outcome': outcome })
          return outcome
        })
      },
    },
  }
}
