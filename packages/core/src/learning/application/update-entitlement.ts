import { type Stored, updateLoop } from '../../shared/update-loop.js'
import type { CourseEntitlement } from '../domain/course-entitlement.js'
import type { ChoiceCommit, EntitlementKey } from '../ports/choose-course-repository.js'
import type { LearningDependencies } from './learning-dependencies.js'

/** What a pure function decided about an entitlement. What is left out is empty. */
export interface EntitlementDecision<Result> extends Partial<Pick<ChoiceCommit, 'handled' | 'actions'>> {
  readonly after: CourseEntitlement
  readonly result: Result
}

type DecideEntitlement<Result> = (entitlement: CourseEntitlement) => EntitlementDecision<Result>

/**
 * Reads an entitlement, lets `decide` decide, and commits; null when the key names none. A handled message is not
 * handled again. Of a promise of `decide` the entitlement is read beside it.
 */
export type UpdateEntitlement = <Result>(
  key: EntitlementKey,
  decide: DecideEntitlement<Result> | Promise<DecideEntitlement<Result>>,
) => Promise<Result | null>

/**
 * The loop of the learning centre. `decide` is pure and may be called again after a conflict: ids and times are drawn
 * before. Errors: what `decide` throws, `state_conflict` after five conflicts, `store_unavailable`.
 */
export function entitlementUpdater({
  store,
  scheduler,
}: Pick<LearningDependencies, 'store' | 'scheduler'>): UpdateEntitlement {
  const { choices } = store
  const update = updateLoop<EntitlementKey, CourseEntitlement, EntitlementDecision<unknown> | NoEntitlement>({
    scheduler,
    find: (key) => choices.find(key),
    nameOfKey: (key) => ('userId' in key ? nameOf(key) : null),
    nameOf,
    commit: (before, [decision]) => commitDecision(before, decision ?? NO_ENTITLEMENT),
    // A commit holds one handled message.
    maxTogether: 1,
  })

  async function commitDecision(
    before: CourseEntitlement | null,
    decision: EntitlementDecision<unknown> | NoEntitlement,
  ): Promise<Stored<CourseEntitlement> | 'conflict'> {
    if (before === null || decision.after === null) return {}
    const { after, handled = null, actions = [] } = decision
    if (after === before && handled === null && actions.length === 0) return {}
    const next = withVersions(before, after)
    const outcome = await choices.commit({ before, after: next, handled, actions })
    if (outcome === 'committed') return { stored: next }
    // Another copy of the message was handled meanwhile: then a further try conflicts too.
    if (handled !== null && (await choices.isHandled(handled.consumer, handled.messageId))) return {}
    return 'conflict'
  }

  const orNone =
    <Result>(decide: DecideEntitlement<Result>) =>
    (before: CourseEntitlement | null): EntitlementDecision<Result> | NoEntitlement =>
      before === null ? NO_ENTITLEMENT : decide(before)
  return async (key, deciding) =>
    (await update(key, deciding instanceof Promise ? deciding.then(orNone) : orNone(deciding))).result
}

/** What is decided when the key names none. */
type NoEntitlement = typeof NO_ENTITLEMENT
const NO_ENTITLEMENT = { after: null, result: null } as const

const nameOf = ({ userId, courseId }: Pick<CourseEntitlement, 'userId' | 'courseId'>) => `${userId} ${courseId}`

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
