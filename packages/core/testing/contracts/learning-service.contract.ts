import type { Course } from '../../src/learning/domain/course.js'
import type { EntitlementService } from '../../src/learning/ports/entitlement-service.js'
import type { LearningService } from '../../src/learning/ports/learning-service.js'
import { type ChooseCourseId, courseId, messageId, outBusinessId } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import type { OperatorAction } from '../../src/shared/operator-action.js'
import { PermanentFailure } from '../../src/shared/ports/message-subscriber.js'
import { ChoiceStatus, ChoiceType, LearnStatus, MessageType, OrderType } from '../../src/shared/status-codes.js'
import { ensure, equal, failureOf, rejectsWithCode } from './assertions.js'
import { defineContract, type Harness } from './define-contract.js'
import { otherUserId, sampleCourse, sampleId, sampleMessage, sampleUserId } from './sample-data.js'
import { callConcurrently } from './store-harness.js'

/** A learning centre that sells `paidCourse` and gives `freeCourse`. */
export interface LearningHarness extends Harness {
  readonly service: LearningService
  readonly entitlements: EntitlementService
  /** Publishes a course, or changes it. */
  publish(course: Course): Promise<void>
  advance(ms: number): Promise<void>
  /** The stored actions about a user, newest first. */
  actionsOf(subject: string): Promise<readonly OperatorAction[]>
  breakStore(): Promise<void>
}

export const paidCourse = sampleCourse()
export const freeCourse = sampleCourse({ courseId: courseId('2'), price: fen(0), validDays: 30 })
const DAY_MS = 86_400_000
const noCourse = courseId('no-such-course')

export const choose = async ({ service }: LearningHarness, course = paidCourse) =>
  (await service.chooseCourse(sampleUserId, course.courseId)).choice

/** A message about this choice. `count` makes the message's id. */
export const messageOf = (id: ChooseCourseId, count = 1, messageType: string = MessageType.payResult) => ({
  ...sampleMessage(count),
  messageType,
  businessKey1: outBusinessId(id),
  businessKey2: OrderType.course,
})

export const statusOf = async ({ service }: LearningHarness, course = paidCourse) =>
  (await service.learnStatus(sampleUserId, course.courseId)).learnStatus

export const tableOf = async ({ service }: LearningHarness) =>
  (await service.myCourseTable(sampleUserId, 1, 10)).entries.map(({ chooseCourseId }) => chooseCourseId)

export const learningServiceContract = defineContract<LearningHarness>()('LearningService', {
  'chooseCourse: grants a free course at once': async (harness) => {
    const { choice, learnStatus } = await harness.service.chooseCourse(sampleUserId, freeCourse.courseId)
    const { succeeded } = ChoiceStatus
    equal([choice.orderType, choice.status, learnStatus], [ChoiceType.free, succeeded, LearnStatus.mayLearn])
    equal(choice.validtimeEnd - choice.validtimeStart, freeCourse.validDays * DAY_MS, 'its validity')
    equal(await tableOf(harness), [choice.id])
  },

  'chooseCourse: lets a paid course wait for its payment': async (harness) => {
    const { choice, learnStatus } = await harness.service.chooseCourse(sampleUserId, paidCourse.courseId)
    equal([choice.orderType, choice.status, learnStatus], [ChoiceType.paid, ChoiceStatus.waiting, LearnStatus.notPaid])
    equal([choice.coursePrice, choice.courseName], [paidCourse.price, paidCourse.courseName])
    equal(await tableOf(harness), [])
  },

  'chooseCourse: answers the same choice when it is repeated, also by many at once': async (harness) => {
    const choices = await callConcurrently(6, () => choose(harness))
    choices.push(await choose(harness))
    equal(new Set(choices.map(({ id }) => id)).size, 1, 'the number of choices')
  },

  'chooseCourse: makes a new choice once the old one expired': async (harness) => {
    const first = await choose(harness, freeCourse)
    await harness.advance(freeCourse.validDays * DAY_MS)
    const second = await choose(harness, freeCourse)
    ensure(second.id !== first.id, 'The choice is a new one.')
    equal(await tableOf(harness), [second.id])
  },

  'chooseCourse: makes a new choice when price or validity changed while it waited': async (harness) => {
    const ids = new Set<string>()
    for (const changes of [{}, { price: fen(1) }, { price: fen(1), validDays: 1 }]) {
      await harness.publish({ ...paidCourse, ...changes })
      ids.add((await choose(harness)).id)
    }
    equal(ids.size, 3, 'the number of choices')
  },

  'learnStatus: tells who may learn, who has not paid, and whose time is over': async (harness) => {
    equal(await statusOf(harness), LearnStatus.notPaid, 'before the choice')
    const { id } = await choose(harness)
    equal(await statusOf(harness), LearnStatus.notPaid, 'before the payment')
    await harness.service.receivePayResult(messageOf(id))
    const view = await harness.service.learnStatus(sampleUserId, paidCourse.courseId)
    equal([view.learnStatus, view.choice?.id, view.courseName], [LearnStatus.mayLearn, id, paidCourse.courseName])
    equal((await harness.service.learnStatus(otherUserId, paidCourse.courseId)).choice, null, 'of another user')
    await harness.advance(paidCourse.validDays * DAY_MS)
    equal(await statusOf(harness), LearnStatus.expired, 'after its time')
  },

  'chooseCourse, learnStatus: refuse a course that is not published': async ({ service }) => {
    await rejectsWithCode(service.chooseCourse(sampleUserId, noCourse), 'course_not_found')
    await rejectsWithCode(service.learnStatus(sampleUserId, noCourse), 'course_not_found')
  },

  'myCourseTable: shows the user’s courses page by page, newest first': async (harness) => {
    const older = await choose(harness, freeCourse)
    await harness.advance(1)
    const newer = await choose(harness)
    await harness.service.receivePayResult(messageOf(newer.id))
    const page = async (number: number) => {
      const { entries, total } = await harness.service.myCourseTable(sampleUserId, number, 1)
      return [entries.map(({ chooseCourseId }) => chooseCourseId), total]
    }
    equal([await page(1), await page(2), await page(3)].flat(2), [newer.id, 2, older.id, 2, 2])
    equal((await harness.service.myCourseTable(otherUserId, 1, 10)).total, 0, 'the courses of another user')
  },

  'receivePayResult: grants a paid choice from the day of its payment': async (harness) => {
    const { id } = await choose(harness)
    await harness.advance(DAY_MS)
    await harness.service.receivePayResult(messageOf(id))
    const { choice } = await harness.service.learnStatus(sampleUserId, paidCourse.courseId)
    equal([choice?.id, choice?.status], [id, ChoiceStatus.succeeded])
    ensure((choice?.validtimeStart ?? 0) >= (choice?.createDate ?? 0) + DAY_MS, 'The validity begins with the payment.')
    equal(await tableOf(harness), [id])
  },

  'receivePayResult: grants once for one message and one choice, also at once': async (harness) => {
    const { id } = await choose(harness)
    await callConcurrently(4, () => harness.service.receivePayResult(messageOf(id)))
    const first = await harness.service.learnStatus(sampleUserId, paidCourse.courseId)
    await harness.advance(DAY_MS)
    for (const count of [1, 2]) await harness.service.receivePayResult(messageOf(id, count))
    equal((await harness.service.learnStatus(sampleUserId, paidCourse.courseId)).choice, first.choice)
  },

  'receivePayResult: grants a choice that was superseded: its code was given out': async (harness) => {
    const first = await choose(harness)
    await harness.publish({ ...paidCourse, price: fen(1) })
    await choose(harness)
    await harness.service.receivePayResult(messageOf(first.id))
    equal([await statusOf(harness), await tableOf(harness)], [LearnStatus.mayLearn, [first.id]])
  },

  'receivePayResult: revokes a refunded choice, whichever message comes first, and never grants it again': async (
    harness,
  ) => {
    const { payResult, refundResult } = MessageType
    let count = 0
    for (const types of [
      [payResult, refundResult, payResult],
      [refundResult, payResult],
    ]) {
      const { id } = await choose(harness)
      for (const type of types) await harness.service.receivePayResult(messageOf(id, ++count, type))
      equal([await statusOf(harness), await tableOf(harness)], [LearnStatus.notPaid, []])
      ensure((await choose(harness)).id !== id, 'The course can be chosen again.')
    }
  },

  'receivePayResult: leaves messages of other kinds alone': async (harness) => {
    const { id } = await choose(harness)
    await harness.service.receivePayResult(messageOf(id, 1, MessageType.partialRefund))
    await harness.service.receivePayResult(messageOf(id, 2, 'of another service'))
    await harness.service.receivePayResult({ ...messageOf(id, 3), businessKey2: OrderType.material })
    equal(await statusOf(harness), LearnStatus.notPaid)
  },

  'receivePayResult: refuses an unknown choice for now, and a malformed one for good': async ({ service }) => {
    const unknown = messageOf(sampleId(99) as ChooseCourseId)
    await rejectsWithCode(service.receivePayResult(unknown), 'choice_not_found')
    const malformed = { ...unknown, id: messageId(sampleId(98)), businessKey1: outBusinessId('no-number') }
    ensure((await failureOf(service.receivePayResult(malformed))) instanceof PermanentFailure, 'It is permanent.')
  },

  'fails with store_unavailable when the store cannot be reached': async (harness) => {
    const { id } = await choose(harness)
    await harness.breakStore()
    const { service } = harness
    const calls = [service.chooseCourse(sampleUserId, paidCourse.courseId), service.receivePayResult(messageOf(id))]
    await Promise.all(calls.map((call) => rejectsWithCode(call, 'store_unavailable')))
  },
})
