import { CheckoutError } from '../../shared/checkout-error.js'
import { type CourseId, chooseCourseId, isSnowflake } from '../../shared/identifiers.js'
import type { ReceivedPayResultMessage } from '../../shared/pay-result-message.js'
import { PermanentFailure } from '../../shared/ports/message-subscriber.js'
import { MessageType, OrderType } from '../../shared/status-codes.js'
import { type CourseChoice, learnStatusOf } from '../domain/course-choice.js'
import {
  type CourseEntitlement,
  chooseCourse,
  currentChoice,
  grantPaidChoice,
  revokeChoice,
} from '../domain/course-entitlement.js'
import type { ChoiceView, LearningService } from '../ports/learning-service.js'
import type { LearningDependencies } from './learning-dependencies.js'
import type { EntitlementUpdater } from './update-entitlement.js'

const CONSUMER_NAME = 'learning-centre'

export type LearningUseCaseDependencies = LearningDependencies & { readonly updateEntitlement: EntitlementUpdater }

export const courseNotFoundError = () =>
  new CheckoutError('course_not_found', 'There is no such course. Choose one that is on sale.')

export function createLearningService(dependencies: LearningUseCaseDependencies): LearningService {
  const { store } = dependencies
  return {
    chooseCourse: choosePublishedCourse(dependencies),
    learnStatus: learnStatus(dependencies),
    myCourseTable: (userId, page, size) => store.entitlements.page(userId, (page - 1) * size, size),
    receivePayResult: receivePayResult(dependencies),
  }
}

function choosePublishedCourse(dependencies: LearningUseCaseDependencies): LearningService['chooseCourse'] {
  const { store, clock, ids, updateEntitlement } = dependencies
  return async (userId, courseId) => {
    const now = clock.now()
    const choice = await updateEntitlement({ userId, courseId }, deciding(courseId, now))
    if (choice === null) throw courseNotFoundError()
    return choiceViewOf(choice, now)
  }

  async function deciding(courseId: CourseId, now: number) {
    const course = await store.catalogue.find(courseId)
    if (course === null) throw courseNotFoundError()
    const id = chooseCourseId(await ids.nextId())
    return (entitlement: CourseEntitlement) => {
      const after = chooseCourse(entitlement, { id, course, now })
      return { after, result: currentChoice(after) }
    }
  }
}

export const choiceViewOf = (choice: CourseChoice, now: number): ChoiceView => ({
  choice,
  learnStatus: learnStatusOf(choice, now),
})

/** May this user learn this course now? A course that was withdrawn can still be learned by who chose it. */
function learnStatus({ store, clock }: LearningDependencies): LearningService['learnStatus'] {
  return async (userId, courseId) => {
    const entitlement = await store.entitlements.find({ userId, courseId })
    const choice = entitlement === null ? null : currentChoice(entitlement)
    const courseName = choice?.courseName ?? (await store.catalogue.find(courseId))?.courseName
    if (courseName === undefined) throw courseNotFoundError()
    return { courseId, courseName, userId, choice, learnStatus: learnStatusOf(choice, clock.now()) }
  }
}

/**
 * Grants a paid course and revokes a refunded one, once for each message and each choice (seed:
 * `saveChooseCourseSuccess`). The two messages may come in either order: what was revoked is never granted.
 */
function receivePayResult(dependencies: LearningUseCaseDependencies): LearningService['receivePayResult'] {
  const { store, clock, updateEntitlement } = dependencies
  return async (message) => {
    const change = entitlementFunctionForMessage(message)
    if (change === null) return
    const id = message.businessKey1
    if (!isSnowflake(id)) throw new PermanentFailure('businessKey1 must be the id of a choice')
    const at = clock.now()
    const handled = { consumer: CONSUMER_NAME, messageId: message.id, at }
    const choiceId = chooseCourseId(id)
    const deciding = store.entitlements
      .isHandled(CONSUMER_NAME, message.id)
      .then((isHandled) => (before: CourseEntitlement) => {
        if (isHandled) return { after: before, result: null }
        return { after: change(before, choiceId, at), handled, result: null }
      })
    await updateEntitlement({ id: choiceId }, deciding)
  }
}

/** Null for what is not about courses, or of a kind that is not known here. */
function entitlementFunctionForMessage({ messageType, businessKey2 }: ReceivedPayResultMessage) {
  if (businessKey2 !== OrderType.course) return null
  if (messageType === MessageType.payResult) return grantPaidChoice
  return messageType === MessageType.refundResult ? revokeChoice : null
}
