import { keyedQueue } from '../../shared/keyed-queue.js'
import { retryOnConflict } from '../../shared/retry-on-conflict.js'
import type { CourseEntitlement } from '../domain/course-entitlement.js'
import type { ChoiceCommit, EntitlementKey } from '../ports/choose-course-repository.js'
import type { LearningDependencies } from './learning-dependencies.js'

/** What a pure function decided about an entitlement. What is left out is empty. */
export interface EntitlementDecision<Result> extends Partial<Pick<ChoiceCommit, 'handled' | 'actions'>> {
  readonly after: CourseEntitlement
  readonly result: Result
}

/**
 * Reads an entitlement, lets `decide` decide, and commits; null when the key names none. A handled message is not
 * handled again.
 */
export type UpdateEntitlement = <Result>(
  key: EntitlementKey,
  decide: (entitlement: CourseEntitlement) => EntitlementDecision<Result>,
) => Promise<Result | null>

/**
 * The one loop of the learning centre. `decide` is pure and may be called again after a conflict: ids and times are
 * drawn before. Errors: what `decide` throws, `state_conflict` after five conflicts, `store_unavailable`.
 */
export function entitlementUpdater({ store, scheduler }: Pick<LearningDependencies, 'store' | 'scheduler'>) {
  const { choices } = store
  const queue = keyedQueue()

  async function commitDecision<Result>(
    before: CourseEntitlement,
    { after, handled = null, actions = [], result }: EntitlementDecision<Result>,
  ): Promise<{ readonly result: Result } | 'conflict'> {
    if (after === before && handled === null && actions.length === 0) return { result }
    const commit = { before, after: withVersions(before, after), handled, actions }
    if ((await choices.commit(commit)) === 'committed') return { result }
    // Another copy of the message was handled meanwhile: then a further try conflicts too.
    if (handled !== null && (await choices.isHandled(handled.consumer, handled.messageId))) return { result }
    return 'conflict'
  }

  const update: UpdateEntitlement = async (key, decide) => {
    let known = await choices.find(key)
    if (known === null) return null
    return queue(`${known.userId} ${known.courseId}`, (waited) => {
      if (waited) known = null
      return retryOnConflict(scheduler, async () => {
        const before = known ?? (await choices.find(key))
        known = null
        return before === null ? { result: null } : commitDecision(before, decide(before))
      })
    })
  }
  return update
}

/** Raises the version of each choice that changed by one. */
function withVersions(before: CourseEntitlement, after: CourseEntitlement): CourseEntitlement {
  if (after === before) return before
  const old = new Map(before.choices.map((choice) => [choice.id, choice]))
  const choices = after.choices.map((choice) => {
    const known = old.get(choice.id)
    return known === undefined || known === choice ? choice : { ...choice, version: known.version + 1 }
  })
  return { ...after, choices }
}
