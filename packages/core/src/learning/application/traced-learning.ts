import type { Tracer } from '../../shared/ports/tracer.js'
import { currentChoice } from '../domain/course-entitlement.js'
import type { LearningStore } from '../ports/learning-store.js'

/** Each commit of an entitlement is a span. */
export function tracedLearningStore(store: LearningStore, tracer: Tracer): LearningStore {
  const { entitlements } = store
  return {
    ...store,
    entitlements: {
      find: (key) => entitlements.find(key),
      isHandled: (consumer, id) => entitlements.isHandled(consumer, id),
      page: (userId, offset, limit) => entitlements.page(userId, offset, limit),
      listWaiting: (before, after, limit) => entitlements.listWaiting(before, after, limit),
      commit(commit) {
        const { after, handled } = commit
        const attributes = {
          'coursepay.course_id': after.courseId,
          'coursepay.choose_course_id': currentChoice(after)?.id,
          'messaging.message.id': handled?.messageId,
        }
        return tracer.trace('commit entitlement', { kind: 'client', attributes }, async (span) => {
          const outcome = await entitlements.commit(commit)
          span.set({ 'coursepay.outcome': outcome })
          return outcome
        })
      },
    },
  }
}
