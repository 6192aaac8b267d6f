import { expect, it } from 'vitest'
import { sampleCourse, sampleOperatorAction, sampleUserId } from '../../../testing/contracts/index.js'
import { inMemoryLearningStore, manualScheduler, settableClock } from '../../../testing/fakes/index.js'
import { chooseCourseId, fen, messageId } from '../../index.js'
import { type CourseEntitlement, chooseCourse, grantPaidChoice, revokeChoice } from '../domain/course-entitlement.js'
import type { EntitlementCommit } from '../ports/choose-course-repository.js'
import { createEntitlementUpdater } from './update-entitlement.js'

const course = sampleCourse()
const key = { userId: sampleUserId, courseId: course.courseId }
const id = chooseCourseId('1')
const decideChoice = (entitlement: CourseEntitlement) => ({
  after: chooseCourse(entitlement, { id, course, now: 0 }),
  result: entitlement.choices.length,
})

/** A learning centre without a choice, and every commit with its outcome. */
function openEntitlementUpdater() {
  const clock = settableClock(0)
  const store = inMemoryLearningStore([course])
  const scheduler = manualScheduler(clock)
  const { commit } = store.entitlements
  const commits: string[] = []
  Object.assign(store.entitlements, {
    async commit(given: EntitlementCommit) {
      const outcome = await commit(given)
      commits.push(outcome)
      return outcome
    },
  })
  return { store, scheduler, commits, update: createEntitlementUpdater({ store, scheduler }) }
}

it('callers of one course queue inside the process: one makes the choice, none conflicts', async () => {
  const { update, commits } = openEntitlementUpdater()
  expect(await Promise.all([update(key, decideChoice), update(key, decideChoice), update(key, decideChoice)])).toEqual([
    0, 1, 1,
  ])
  expect(commits).toEqual(['committed'])
})

it('each change of a choice raises its version by one, and that of no other', async () => {
  const { store, update } = openEntitlementUpdater()
  await update(key, decideChoice)
  const dearer = { ...course, price: fen(1) }
  await update(key, (before) => ({
    after: chooseCourse(before, { id: chooseCourseId('2'), course: dearer, now: 0 }),
    result: null,
  }))
  await update({ id }, (before) => ({ after: grantPaidChoice(before, id, 0), result: null }))
  await update({ id }, (before) => ({ after: revokeChoice(before, id, 0), result: null }))
  expect((await store.entitlements.find({ id }))?.choices.map(({ version }) => version)).toEqual([4, 2])
})

it('a key that names no choice is refused, and decides nothing', async () => {
  const { update, commits } = openEntitlementUpdater()
  const refused = update({ id }, () => expect.fail('decided on nothing'))
  await expect(refused).rejects.toMatchObject({ code: 'choice_not_found' })
  expect(commits).toEqual([])
})

it('what a decision throws is the answer of its caller, and commits nothing', async () => {
  const { update, commits } = openEntitlementUpdater()
  const refused = update(key, () => {
    throw new Error('refused by the test')
  })
  await expect(refused).rejects.toThrow('refused by the test')
  expect(commits).toEqual([])
})

it('a decision that changes nothing commits nothing, unless a message was handled or an operator acted', async () => {
  const { update, commits } = openEntitlementUpdater()
  await update(key, decideChoice)
  const handled = { consumer: 'learning-centre', messageId: messageId('7'), at: 0 }
  await update(key, (after) => ({ after, result: null }))
  expect(commits.length).toBe(1)
  await update(key, (after) => ({ after, handled, result: null }))
  expect(commits.length).toBe(2)
  await update(key, (after) => ({ after, actions: [sampleOperatorAction()], result: null }))
  expect(commits.length).toBe(3)
})

it('a conflict without a message is decided again', async () => {
  const { store, scheduler, update, commits } = openEntitlementUpdater()
  store.faults.conflictOnce()
  const choosing = update(key, decideChoice)
  await scheduler.advance(10)
  await choosing
  expect(commits).toEqual(['conflict', 'committed'])
})

it('a conflict that is not about the message is decided again', async () => {
  const { store, scheduler, update, commits } = openEntitlementUpdater()
  await update(key, decideChoice)
  store.faults.conflictOnce()
  const handled = { consumer: 'learning-centre', messageId: messageId('7'), at: 0 }
  const granting = update({ id }, (before) => ({ after: grantPaidChoice(before, id, 0), handled, result: null }))
  await scheduler.advance(10)
  await granting
  expect(commits).toEqual(['committed', 'conflict', 'committed'])
})

it('a message that another process handled meanwhile is handled: nothing is tried again', async () => {
  const { store, scheduler, update, commits } = openEntitlementUpdater()
  await update(key, decideChoice)
  const handled = { consumer: 'learning-centre', messageId: messageId('7'), at: 0 }
  const other = createEntitlementUpdater({ store, scheduler })
  await other(key, (before) => ({ after: grantPaidChoice(before, id, 0), handled, result: null }))
  expect(await update(key, (after) => ({ after, handled, result: 'mine' }))).toBe('mine')
  expect(commits).toEqual(['committed', 'committed', 'conflict'])
})
