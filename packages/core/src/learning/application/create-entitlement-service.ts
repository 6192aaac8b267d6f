import { CheckoutError } from '../../shared/checkout-error.js'
import { chooseCourseId, type UserId, validGrantKey } from '../../shared/identifiers.js'
import { MAX_LISTED_ACTIONS, newOperatorAction } from '../../shared/operator-action.js'
import type { CourseChoice } from '../domain/course-choice.js'
import { grantCourseWithoutPayment, revokeGrantedChoices } from '../domain/course-entitlement.js'
import type { EntitlementService, GrantRequest } from '../ports/entitlement-service.js'
import { choiceViewOf, courseNotFoundError, type LearningUseCaseDependencies } from './create-learning-service.js'

/** What operators give and take without a payment: a bank transfer, a scholarship, an apology. */
export function createEntitlementService(dependencies: LearningUseCaseDependencies): EntitlementService {
  const { store, clock, ids, updateEntitlement } = dependencies
  const actionOf = (kind: 'grant' | 'revoke', actor: UserId, request: Parameters<EntitlementService['revoke']>[0]) => {
    const { userId, courseId, reason } = request
    const subject = { kind, subject: userId, orderId: null, reason, detail: `course ${courseId}` }
    return newOperatorAction(dependencies, actor, subject)
  }
  const view = (choice: CourseChoice) => choiceViewOf(choice, clock.now())
  const grantOf = async (key: string): Promise<CourseChoice | null> => {
    const entitlement = await store.entitlements.find({ grantKey: key })
    return entitlement?.choices.find(({ grantKey }) => grantKey === key) ?? null
  }
  return {
    async grant(request, actor) {
      const { userId, courseId, days } = request
      const key = validGrantKey(request.key)
      const granted = await grantOf(key)
      if (granted !== null) return view(checkSameGrant(granted, request))
      const course = await store.catalogue.find(courseId)
      if (course === null) throw courseNotFoundError()
      const id = chooseCourseId(await ids.nextId())
      const action = await actionOf('grant', actor, request)
      const choice = await updateEntitlement({ userId, courseId }, (entitlement) => {
        const after = grantCourseWithoutPayment(entitlement, { id, course, now: action.at, key, days })
        const result = after.choices.find(({ grantKey }) => grantKey === key) ?? null
        return { after, actions: after === entitlement ? [] : [action], result }
      }).catch(async (error: unknown) => {
        // The key may have granted another course or user at the same time.
        const rival = await grantOf(key)
        if (rival === null) throw error
        return checkSameGrant(rival, request)
      })
      if (choice === null) throw courseNotFoundError()
      return view(checkSameGrant(choice, request))
    },
    async revoke(request, actor) {
      const action = await actionOf('revoke', actor, request)
      const { userId, courseId } = request
      const revoked = await updateEntitlement({ userId, courseId }, (entitlement) => {
        const after = revokeGrantedChoices(entitlement, action.at)
        return { after, actions: after === entitlement ? [] : [action], result: after !== entitlement }
      })
      return { revoked }
    },
    actions: (subject) => store.operatorLog.listOf(subject, MAX_LISTED_ACTIONS),
  }
}

/** A key names one grant. Throws `business_id_conflict` when it was used for another user, course or days. */
function checkSameGrant(granted: CourseChoice, { userId, courseId, days }: GrantRequest): CourseChoice {
  const isSame = granted.userId === userId && granted.courseId === courseId
  if (isSame && (days ?? granted.validDays) === granted.validDays) return granted
  throw new CheckoutError(
    'business_id_conflict',
    'This key was used for another user, another course or other days. Use a new key.',
  )
}
