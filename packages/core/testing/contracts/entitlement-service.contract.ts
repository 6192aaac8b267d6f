import { courseId, userId } from '../../src/shared/identifiers.js'
import { LearnStatus, MessageType } from '../../src/shared/status-codes.js'
import { ensure, equal, rejectsWithCode } from './assertions.js'
import { defineContract } from './define-contract.js'
import {
  choose,
  freeCourse,
  type LearningHarness,
  messageOf,
  paidCourse,
  statusOf,
  tableOf,
} from './learning-service.contract.js'
import { otherUserId, sampleUserId } from './sample-data.js'
import { callConcurrently } from './store-harness.js'

const actor = userId('ops-1')
const DAY_MS = 86_400_000
const request = { userId: sampleUserId, courseId: paidCourse.courseId, days: null, reason: '银行转账', key: 'gift-1' }
const revocation = { userId: sampleUserId, courseId: paidCourse.courseId, reason: '弄错了' }

const actionsOf = async ({ actionsOf: read }: LearningHarness) =>
  (await read(sampleUserId)).map((action) => [action.kind, action.actor, action.reason])

export const entitlementServiceContract = defineContract<LearningHarness>()('EntitlementService', {
  'grant: gives a course without a payment, for its own validity or a number of days': async (harness) => {
    const { choice, learnStatus } = await harness.entitlements.grant(request, actor)
    equal([choice.grantKey, learnStatus], ['gift-1', LearnStatus.mayLearn])
    equal([await statusOf(harness), await tableOf(harness)], [LearnStatus.mayLearn, [choice.id]])
    equal(choice.validtimeEnd - choice.validtimeStart, paidCourse.validDays * DAY_MS, 'its validity')
    const other = { ...request, userId: otherUserId, days: 7, key: 'gift-2' }
    const { choice: short } = await harness.entitlements.grant(other, actor)
    equal(short.validtimeEnd - short.validtimeStart, 7 * DAY_MS, 'the validity of seven days')
  },

  'grant: gives once for one key, also at once': async (harness) => {
    const views = await callConcurrently(6, () => harness.entitlements.grant(request, actor))
    views.push(await harness.entitlements.grant(request, actor))
    equal(new Set(views.map(({ choice }) => choice.id)).size, 1, 'the number of choices')
    equal(await actionsOf(harness), [['grant', actor, request.reason]])
  },

  'grant: refuses a key that granted another course or user': async (harness) => {
    await harness.entitlements.grant(request, actor)
    for (const other of [{ userId: otherUserId }, { courseId: freeCourse.courseId }])
      await rejectsWithCode(harness.entitlements.grant({ ...request, ...other }, actor), 'business_id_conflict')
  },

  'grant: refuses a malformed key': async ({ entitlements }) => {
    for (const key of ['', '礼物', 'two words', 'k'.repeat(65)])
      await rejectsWithCode(entitlements.grant({ ...request, key }, actor), 'invalid_id')
  },

  'grant: gives one of two users who share a key at once': async (harness) => {
    const grants = [sampleUserId, otherUserId].map((each) =>
      harness.entitlements.grant({ ...request, userId: each }, actor).then(
        () => 'granted',
        (error) => error.code,
      ),
    )
    await harness.advance(1_000)
    equal((await Promise.all(grants)).sort(), ['business_id_conflict', 'granted'])
  },

  'grant: refuses a course that is not published': async ({ entitlements }) => {
    const unknown = { ...request, courseId: courseId('no-such-course') }
    await rejectsWithCode(entitlements.grant(unknown, actor), 'course_not_found')
  },

  'grant: stays when an order of the course is refunded': async (harness) => {
    const { id } = await choose(harness)
    await harness.service.receivePayResult(messageOf(id, 1))
    await harness.entitlements.grant(request, actor)
    await harness.service.receivePayResult(messageOf(id, 2, MessageType.refundResult))
    equal(await statusOf(harness), LearnStatus.mayLearn)
  },

  'revoke: takes a course away, however it came': async (harness) => {
    const { id } = await choose(harness)
    await harness.service.receivePayResult(messageOf(id))
    await harness.entitlements.grant(request, actor)
    equal(await harness.entitlements.revoke(revocation, actor), { revoked: true })
    equal(await statusOf(harness), LearnStatus.notPaid)
    equal(await tableOf(harness), [], 'the courses in the table')
    ensure((await choose(harness)).id !== id, 'The course can be chosen again.')
  },

  'revoke: stores the action once, and none when there is nothing to revoke': async (harness) => {
    equal(await harness.entitlements.revoke(revocation, actor), { revoked: false })
    equal(await actionsOf(harness), [])
    await choose(harness, freeCourse)
    const free = { ...revocation, courseId: freeCourse.courseId }
    const answers = await callConcurrently(4, () => harness.entitlements.revoke(free, actor))
    equal(answers.filter(({ revoked }) => revoked).length, 1, 'the number of revocations')
    equal(await actionsOf(harness), [['revoke', actor, revocation.reason]])
  },

  'actions: lists the newest first, of a user or of everybody': async ({ entitlements }) => {
    await entitlements.grant(request, actor)
    await entitlements.revoke(revocation, actor)
    await entitlements.grant({ ...request, userId: otherUserId, key: 'gift-2' }, actor)
    const kindsOf = async (subject: string | null) => (await entitlements.actions(subject)).map(({ kind }) => kind)
    equal(await kindsOf(sampleUserId), ['revoke', 'grant'])
    equal(await kindsOf(null), ['grant', 'revoke', 'grant'])
  },

  'fails with store_unavailable when the store cannot be reached': async (harness) => {
    await harness.breakStore()
    await rejectsWithCode(harness.entitlements.grant(request, actor), 'store_unavailable')
    await rejectsWithCode(harness.entitlements.revoke(revocation, actor), 'store_unavailable')
    await rejectsWithCode(harness.entitlements.actions(null), 'store_unavailable')
  },
})
