import { CheckoutError } from '../../shared/checkout-error.js'
import { noopTracer, traceCommit } from '../../shared/tracing.js'
import { createUpdateLoop, type StoredAggregate } from '../../shared/update-loop.js'
import { type CourseEntitlement, currentChoice } from '../domain/course-entitlement.js'
import type { EntitlementCommit, EntitlementKey } from '../ports/choose-course-repository.js'
import type { LearningDependencies } from './learning-dependencies.js'

/** What a pure function decided about an entitlement. What is left out is empty. */
export interface EntitlementDecision<Result> extends Partial<Pick<EntitlementCommit, 'handled' | 'actions'>> {
  readonly after: CourseEntitlement
  readonly result: Result
}

type DecideEntitlement<Result> = (entitlement: CourseEntitlement) => EntitlementDecision<Result>

/** What names an entitlement to be changed. One of a user and course is always there, be it empty. */
type EntitlementUpdateKey = Exclude<EntitlementKey, { readonly grantKey: string }>

/**
 * Reads an entitlement, lets `decide` decide, and commits. Throws `choice_not_found` for an unknown choice. A handled
 * message is not handled again. Of a promise of `decide` the entitlement is read beside it.
 */
export type EntitlementUpdater = <Result>(
  key: EntitlementUpdateKey,
  decide: DecideEntitlement<Result> | Promise<DecideEntitlement<Result>>,
) => Promise<Result>

/**
 * The loop of the learning centre. `decide` is pure and may be called again after a conflict: ids and times are drawn
 * before. Errors: what `decide` throws, `state_conflict` after five conflicts, `store_unavailable`.
 */
export function createEntitlementUpdater({
  store,
  scheduler,
  tracer = noopTracer,
}: Pick<LearningDependencies, 'store' | 'scheduler' | 'tracer'>): EntitlementUpdater {
  const { entitlements } = store
  const update = createUpdateLoop<EntitlementUpdateKey, CourseEntitlement, EntitlementDecision<unknown>>({
    scheduler,
    find: (key) => entitlements.find(key),
    updateQueueNameOfKey: (key) => ('userId' in key ? entitlementUpdateQueueName(key) : null),
    updateQueueNameOf: entitlementUpdateQueueName,
    commit: (before, decisions) => commitDecision(before, decisions[0]),
    // A commit holds one handled message.
    maxDecisionsPerCommit: 1,
  })

  async function commitDecision(
    before: CourseEntitlement | null,
    decision: EntitlementDecision<unknown> | undefined,
  ): Promise<StoredAggregate<CourseEntitlement> | 'conflict'> {
    if (before === null || decision === undefined) return {}
    const { after, handled = null, actions = [] } = decision
    if (after === before && handled === null && actions.length === 0) return {}
    const next = withNextVersions(before, after)
    const attributes = {
      'coursepay.course_id': after.courseId,
      'coursepay.choose_course_id': currentChoice(after)?.id,
      'messaging.message.id': handled?.messageId,
    }
    const outcome = await traceCommit(tracer, 'commit entitlement', attributes, () =>
      entitlements.commit({ before, after: next, handled, actions }),
    )
    if (outcome === 'committed') return { stored: next }
    // Another copy of the message was handled meanwhile: then a further try conflicts too.
    if (handled !== null && (await entitlements.isHandled(handled.consumer, handled.messageId))) return {}
    return 'conflict'
  }

  return async (key, deciding) => {
    const ofFound =
      <Result>(decide: DecideEntitlement<Result>) =>
      (before: CourseEntitlement | null) => {
        if (before === null) throw choiceNotFoundError(key)
        return decide(before)
      }
    return (await update(key, Promise.resolve(deciding).then(ofFound))).result
  }
}

/** Only a message names an entitlement by a choice. */
const choiceNotFoundError = (key: EntitlementUpdateKey) =>
  new CheckoutError(
    'choice_not_found',
    `The choice ${'id' in key ? key.id : ''} of this message does not exist here. Check whether this database is older than the message.`,
  )

const entitlementUpdateQueueName = ({ userId, courseId }: Pick<CourseEntitlement, 'userId' | 'courseId'>) =>
  `${userId} ${courseId}`

function withNextVersions(before: CourseEntitlement, after: CourseEntitlement): CourseEntitlement {
  const old = new Map(before.choices.map((choice) => [choice.id, choice]))
  const choices = after.choices.map((choice) => {
    const known = old.get(choice.id)
    return known === undefined || known === choice ? choice : { ...choice, version: known.version + 1 }
  })
  return { ...after, choices }
}
