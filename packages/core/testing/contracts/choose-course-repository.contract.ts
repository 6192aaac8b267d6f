import type { CourseChoice } from '../../src/learning/domain/course-choice.js'
import { type CourseEntitlement, emptyEntitlement } from '../../src/learning/domain/course-entitlement.js'
import type { EntitlementCommit } from '../../src/learning/ports/choose-course-repository.js'
import * as ids from '../../src/shared/identifiers.js'
import { ChoiceStatus } from '../../src/shared/status-codes.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import {
  awkwardAmounts,
  otherUserId,
  SAMPLE_TIME,
  sampleChoice,
  sampleId,
  sampleMessage,
  sampleOperatorAction,
  sampleTableEntry,
  sampleUserId,
} from './sample-data.js'
import { callConcurrently, indexOfWinner, type LearningStoreHarness, storeClauses } from './store-harness.js'

const { courseId } = sampleChoice()
const userAndCourse = { userId: sampleUserId, courseId }
const empty = emptyEntitlement(sampleUserId, courseId)
const handled = { consumer: 'learning-centre', messageId: sampleMessage().id, at: SAMPLE_TIME }

/** An entitlement of these choices, of the first one's user and course, with the entry of `granted`. */
const entitlementWith = (choices: readonly CourseChoice[], granted: CourseChoice | null = null): CourseEntitlement => ({
  userId: choices[0]?.userId ?? sampleUserId,
  courseId: choices[0]?.courseId ?? courseId,
  choices,
  entry: granted === null ? null : sampleTableEntry(granted),
})

const emptyEntitlementOf = ({ userId, courseId: course }: CourseEntitlement) => emptyEntitlement(userId, course)

const commitOf = (before: CourseEntitlement, after: CourseEntitlement, changes: Partial<EntitlementCommit> = {}) => ({
  before,
  after,
  handled: null,
  actions: [],
  ...changes,
})

/** Commits a change that must succeed, and returns the entitlement as it is stored now. */
async function commit(
  { store }: LearningStoreHarness,
  after: CourseEntitlement,
  before: CourseEntitlement = emptyEntitlementOf(after),
  changes: Partial<EntitlementCommit> = {},
): Promise<CourseEntitlement> {
  equal(await store.entitlements.commit(commitOf(before, after, changes)), 'committed', 'the answer to the commit')
  return after
}

const granted = (choice: CourseChoice): CourseChoice => ({
  ...choice,
  status: ChoiceStatus.succeeded,
  validtimeStart: SAMPLE_TIME + 60_000,
  validtimeEnd: SAMPLE_TIME + 90_000_000,
  version: choice.version + 1,
})

const superseded = (choice: CourseChoice): CourseChoice => ({
  ...choice,
  retired: 'superseded',
  version: choice.version + 1,
})

/** Nothing of this commit is stored, and the entitlement stays as it was. */
async function expectConflict(
  harness: LearningStoreHarness,
  given: EntitlementCommit,
  stays: CourseEntitlement,
): Promise<void> {
  equal(await harness.store.entitlements.commit({ ...given, actions: [sampleOperatorAction()] }), 'conflict')
  equal(await harness.store.entitlements.find(userAndCourse), stays)
  equal(await harness.store.operatorLog.listOf(null, 10), [], 'the actions')
}

export const chooseCourseRepositoryContract = defineContract<LearningStoreHarness>()('ChooseCourseRepository', {
  'reads an empty entitlement for a user and course, and null for an unknown choice or grant key': async (harness) => {
    equal(await harness.store.entitlements.find(userAndCourse), empty)
    await commit(harness, entitlementWith([sampleChoice()]))
    equal(await harness.store.entitlements.find({ id: ids.chooseCourseId(sampleId(99)) }), null)
    equal(await harness.store.entitlements.find({ grantKey: 'no-such-key' }), null)
  },

  'finds an entitlement by its user and course, any choice, and any grant key': async (harness) => {
    const choices = [superseded(sampleChoice(1)), granted(sampleChoice(2, { grantKey: 'gift-1' }))]
    const stored = await commit(harness, entitlementWith(choices, choices[1]))
    for (const key of [userAndCourse, { id: sampleChoice(1).id }, { id: sampleChoice(2).id }, { grantKey: 'gift-1' }]) {
      equal(await harness.store.entitlements.find(key), stored)
    }
  },

  'keeps users and courses apart, also by upper and lower case, and ids above 2^53': async (harness) => {
    const others = [
      sampleChoice(2, { userId: otherUserId }),
      sampleChoice(3, { userId: ids.userId(sampleUserId.toUpperCase()) }),
      sampleChoice(4, { courseId: ids.courseId('2') }),
    ]
    const all = [sampleChoice(1), ...others].map((choice) => entitlementWith([choice], choice))
    ensure(Number(sampleChoice(1).id) === Number(sampleChoice(2).id), 'The two ids are one number to a float.')
    for (const each of all) await commit(harness, each)
    for (const each of all)
      for (const key of [each, ...each.choices.map(({ id }) => ({ id }))])
        equal(await harness.store.entitlements.find(key), each)
  },

  'keeps prices exact, up to the largest payment': async (harness) => {
    for (const [count, coursePrice] of awkwardAmounts.entries()) {
      const choice = sampleChoice(count, { courseId: ids.courseId(`course-${count}`), coursePrice })
      const stored = await commit(harness, entitlementWith([choice]))
      equal(await harness.store.entitlements.find({ id: choice.id }), stored)
    }
  },

  'reads choices oldest first': async (harness) => {
    const choices = [3, 1, 2].map((count, age) =>
      sampleChoice(count, { createDate: SAMPLE_TIME + age, retired: age === 2 ? null : 'superseded' }),
    )
    await commit(harness, entitlementWith(choices))
    equal((await harness.store.entitlements.find(userAndCourse))?.choices, choices)
  },

  'writes what changed: states, validity, new choices, and the table entry': async (harness) => {
    const first = await commit(harness, entitlementWith([sampleChoice(1)]))
    const [next, old] = [sampleChoice(2), superseded(sampleChoice(1))]
    const second = await commit(harness, entitlementWith([old, next]), first)
    equal(await harness.store.entitlements.find(userAndCourse), second)
    const third = await commit(harness, entitlementWith([granted(old), next], granted(old)), second)
    equal(await harness.store.entitlements.find(userAndCourse), third)
    const fourth = await commit(harness, entitlementWith([granted(old), granted(next)], granted(next)), third)
    equal(await harness.store.entitlements.find(userAndCourse), fourth)
  },

  'removes the table entry of a revoked choice, and no other entry': async (harness) => {
    const other = granted(sampleChoice(2, { courseId: ids.courseId('2') }))
    const choice = granted(sampleChoice(1))
    for (const each of [choice, other]) await commit(harness, entitlementWith([each], each))
    const revoked: CourseChoice = { ...choice, retired: 'revoked', version: choice.version + 1 }
    const stored = await commit(harness, entitlementWith([revoked]), entitlementWith([choice], choice))
    equal(await harness.store.entitlements.find(userAndCourse), stored)
    equal((await harness.store.entitlements.page(sampleUserId, 0, 10)).entries, [sampleTableEntry(other)])
  },

  'answers conflict when a choice is at another version, also when the commit leaves it as it is': async (harness) => {
    const first = await commit(harness, entitlementWith([sampleChoice(1)]))
    const second = await commit(harness, entitlementWith([granted(sampleChoice(1))], granted(sampleChoice(1))), first)
    for (const after of [entitlementWith([superseded(sampleChoice(1)), sampleChoice(2)]), first])
      await expectConflict(harness, commitOf(first, after, { handled }), second)
    equal(await harness.store.entitlements.isHandled(handled.consumer, handled.messageId), false, 'handled')
  },

  'answers conflict when another choice is current': async (harness) => {
    const stored = await commit(harness, entitlementWith([sampleChoice(1)]))
    for (const rival of [stored, entitlementWith([sampleChoice(2)])])
      await expectConflict(harness, commitOf(empty, rival), stored)
  },

  'answers conflict when another entry is in the course table': async (harness) => {
    const choices = [granted(superseded(sampleChoice(1))), granted(sampleChoice(2))]
    const stored = await commit(harness, entitlementWith(choices, choices[1]))
    await expectConflict(harness, commitOf(entitlementWith(choices, choices[0]), entitlementWith(choices)), stored)
  },

  'answers conflict when the id or the grant key of a new choice is taken': async (harness) => {
    const stored = await commit(harness, entitlementWith([sampleChoice(1, { grantKey: 'gift-1' })]))
    const others = [sampleChoice(1), sampleChoice(2, { grantKey: 'gift-1' })]
    for (const rival of others.map((choice) => entitlementWith([{ ...choice, userId: otherUserId }]))) {
      await expectConflict(harness, commitOf(emptyEntitlementOf(rival), rival), stored)
      equal(await harness.store.entitlements.find(rival), emptyEntitlementOf(rival))
    }
  },

  'answers conflict when the message is handled already': async (harness) => {
    const first = await commit(harness, entitlementWith([sampleChoice(1)]), empty, { handled })
    const change = entitlementWith([granted(sampleChoice(1))], granted(sampleChoice(1)))
    await expectConflict(harness, commitOf(first, change, { handled }), first)
  },

  'lets one of many first choices win': async ({ store }) => {
    const answers = await callConcurrently(8, (index) =>
      store.entitlements.commit(commitOf(empty, entitlementWith([sampleChoice(index)]))),
    )
    equal(
      await store.entitlements.find(userAndCourse),
      entitlementWith([sampleChoice(indexOfWinner(answers, 'committed'))]),
    )
  },

  'lets one of many commits of one version win': async (harness) => {
    const first = await commit(harness, entitlementWith([sampleChoice(1)]))
    const rival = (index: number) => {
      const choice = { ...granted(sampleChoice(1)), validtimeEnd: SAMPLE_TIME + index }
      return entitlementWith([choice], choice)
    }
    const answers = await callConcurrently(8, (index) =>
      harness.store.entitlements.commit(commitOf(first, rival(index))),
    )
    equal(await harness.store.entitlements.find(userAndCourse), rival(indexOfWinner(answers, 'committed')))
  },

  'stores actions with the change': async (harness) => {
    const actions = [sampleOperatorAction(1, { kind: 'grant', orderId: null })]
    await commit(harness, entitlementWith([sampleChoice()]), empty, { actions })
    equal(await harness.store.operatorLog.listOf(null, 10), actions)
  },

  'notes a handled message for its consumer alone': async (harness) => {
    const { entitlements } = harness.store
    equal(await entitlements.isHandled(handled.consumer, handled.messageId), false, 'before')
    const stored = await commit(harness, entitlementWith([sampleChoice()]))
    await commit(harness, stored, stored, { handled })
    equal(await entitlements.isHandled(handled.consumer, handled.messageId), true, 'after')
    equal(await entitlements.isHandled('another consumer', handled.messageId), false, 'for another consumer')
    equal(await entitlements.isHandled(handled.consumer, sampleMessage(2).id), false, 'another message')
    await commit(harness, stored, stored, { handled: { ...handled, consumer: 'another consumer' } })
  },

  'shows a user their courses, newest first, page by page': async (harness) => {
    const choiceOf = (count: number) => sampleChoice(count, { courseId: ids.courseId(`course-${count}`) })
    const entryOf = (count: number) => sampleTableEntry(choiceOf(count), { createDate: SAMPLE_TIME + count })
    for (const count of [2, 3, 1])
      await commit(harness, { ...entitlementWith([choiceOf(count)]), entry: entryOf(count) })
    const foreign = sampleChoice(4, { userId: otherUserId })
    await commit(harness, entitlementWith([foreign], foreign))
    const { entitlements } = harness.store
    equal(await entitlements.page(sampleUserId, 0, 10), { entries: [3, 2, 1].map(entryOf), total: 3 })
    equal(await entitlements.page(sampleUserId, 1, 1), { entries: [entryOf(2)], total: 3 })
    equal(await entitlements.page(sampleUserId, 3, 10), { entries: [], total: 3 })
  },

  'lists the choices that have waited for a payment, in the sequence of their ids, revoked ones apart': async (
    harness,
  ) => {
    const waiting = (count: number, changes: Partial<CourseChoice> = {}) =>
      sampleChoice(count, { courseId: ids.courseId(`course-${count}`), ...changes })
    const listed = [waiting(1), waiting(2, { retired: 'superseded' }), waiting(3)]
    const others = [
      waiting(4, { createDate: SAMPLE_TIME + 1 }),
      waiting(5, { retired: 'revoked' }),
      waiting(6, { status: ChoiceStatus.succeeded }),
    ]
    for (const choice of [...others, ...listed.toReversed()]) await commit(harness, entitlementWith([choice]))
    const [first, second, third] = [sampleChoice(1).id, sampleChoice(2).id, sampleChoice(3).id]
    const { entitlements } = harness.store
    equal(await entitlements.listWaiting(SAMPLE_TIME + 1, null, 10), [first, second, third])
    equal(await entitlements.listWaiting(SAMPLE_TIME + 1, null, 2), [first, second])
    equal(await entitlements.listWaiting(SAMPLE_TIME + 1, first, 10), [second, third])
    equal(await entitlements.listWaiting(SAMPLE_TIME, null, 10), [])
  },

  ...storeClauses<LearningStoreHarness>({
    calls: ({ store: { entitlements } }) => [
      entitlements.find(userAndCourse),
      entitlements.isHandled(handled.consumer, handled.messageId),
      entitlements.commit(commitOf(empty, entitlementWith([sampleChoice()]))),
      entitlements.page(sampleUserId, 0, 10),
      entitlements.listWaiting(SAMPLE_TIME, null, 10),
    ],
    write: (harness) =>
      commit(harness, entitlementWith([sampleChoice()], sampleChoice()), empty, { handled: { ...handled } }),
    read: async ({ store: { entitlements } }) => [
      await entitlements.find(userAndCourse),
      await entitlements.isHandled(handled.consumer, handled.messageId),
    ],
  }),
})
