import type { CourseChoice, CourseTableEntry } from '../../src/learning/domain/course-choice.js'
import { courseId } from '../../src/shared/identifiers.js'
import { ensure, equal } from './assertions.js'
import { defineContract } from './define-contract.js'
import { otherUserId, SAMPLE_TIME, sampleChoice, sampleTableEntry, sampleUserId } from './sample-data.js'
import { atOnce, keepsSecrets, type LearningStoresHarness, rolledBack, tamper, unavailable } from './store-harness.js'

/** The choice of course `count` by the sample user, and its line in the course table. */
const choiceOf = (count: number, changes: Partial<CourseChoice> = {}): CourseChoice =>
  sampleChoice(count, { courseId: courseId(`course-${count}`), ...changes })

const lineOf = (count: number, changes: Partial<CourseTableEntry> = {}): CourseTableEntry =>
  sampleTableEntry(choiceOf(count), { createDate: SAMPLE_TIME + count, ...changes })

/** A line stands for a choice, so that is stored first. */
async function withChoices({ stores }: LearningStoresHarness, ...choices: CourseChoice[]) {
  for (const choice of choices) {
    const { inserted } = await stores.choices.insertOrRead(choice)
    ensure(inserted, 'The choice is a new one.')
  }
  return stores.courseTable
}

const everyCall = ({ stores: { courseTable } }: LearningStoresHarness) => [
  courseTable.put(lineOf(1)),
  courseTable.remove(choiceOf(1).id),
  courseTable.page(sampleUserId, 0, 10),
]

export const courseTableRepositoryContract = defineContract<LearningStoresHarness>()('CourseTableRepository', {
  'puts a course into the table and hands it back as it was': async (harness) => {
    const courseTable = await withChoices(harness, choiceOf(1))
    await courseTable.put(lineOf(1))
    equal(await courseTable.page(sampleUserId, 0, 10), { entries: [lineOf(1)], total: 1 })
  },

  'shows an empty table where nobody has a course': async ({ stores: { courseTable } }) => {
    equal(await courseTable.page(sampleUserId, 0, 10), { entries: [], total: 0 })
  },

  'shows a user no other user’s courses': async (harness) => {
    const courseTable = await withChoices(harness, choiceOf(1), choiceOf(2, { userId: otherUserId }))
    await courseTable.put(lineOf(1))
    await courseTable.put(lineOf(2, { userId: otherUserId }))
    equal(await courseTable.page(sampleUserId, 0, 10), { entries: [lineOf(1)], total: 1 })
  },

  'keeps ids above 2^53 apart': async (harness) => {
    const courseTable = await withChoices(harness, choiceOf(1), choiceOf(2))
    ensure(Number(choiceOf(1).id) === Number(choiceOf(2).id), 'The two ids are one number to a float.')
    await courseTable.put(lineOf(1))
    await courseTable.put(lineOf(2))
    const { entries } = await courseTable.page(sampleUserId, 0, 10)
    equal(
      entries.map((entry) => entry.chooseCourseId),
      [choiceOf(2).id, choiceOf(1).id],
    )
  },

  'takes a course out of the table, and no other one': async (harness) => {
    const courseTable = await withChoices(harness, choiceOf(1), choiceOf(2))
    await courseTable.put(lineOf(1))
    await courseTable.put(lineOf(2))
    await courseTable.remove(choiceOf(1).id)
    await courseTable.remove(choiceOf(1).id)
    equal(await courseTable.page(sampleUserId, 0, 10), { entries: [lineOf(2)], total: 1 })
  },

  'leaves a course that the user has by another choice': async (harness) => {
    const courseTable = await withChoices(harness, choiceOf(1))
    await courseTable.put(lineOf(1))
    await courseTable.remove(choiceOf(2).id)
    equal(await courseTable.page(sampleUserId, 0, 10), { entries: [lineOf(1)], total: 1 })
  },

  'shows the newest first': async (harness) => {
    const courseTable = await withChoices(harness, choiceOf(1), choiceOf(2), choiceOf(3))
    for (const count of [2, 3, 1]) await courseTable.put(lineOf(count))
    equal((await courseTable.page(sampleUserId, 0, 10)).entries, [lineOf(3), lineOf(2), lineOf(1)])
  },

  'shows a page, and the total of the whole table': async (harness) => {
    const courseTable = await withChoices(harness, choiceOf(1), choiceOf(2), choiceOf(3))
    for (const count of [1, 2, 3]) await courseTable.put(lineOf(count))
    equal(await courseTable.page(sampleUserId, 1, 1), { entries: [lineOf(2)], total: 3 })
    equal(await courseTable.page(sampleUserId, 2, 10), { entries: [lineOf(1)], total: 3 })
    equal(await courseTable.page(sampleUserId, 3, 10), { entries: [], total: 3 })
  },

  'has one line for a course that is put twice': async (harness) => {
    const courseTable = await withChoices(harness, choiceOf(1))
    await courseTable.put(lineOf(1))
    await courseTable.put(lineOf(1))
    equal(await courseTable.page(sampleUserId, 0, 10), { entries: [lineOf(1)], total: 1 })
    equal(await harness.storedIds('courseTable'), [choiceOf(1).id])
  },

  'replaces the line of an earlier choice': async (harness) => {
    const earlier = choiceOf(1)
    const later = choiceOf(2, { courseId: earlier.courseId })
    const line = sampleTableEntry(later, { createDate: SAMPLE_TIME + 5, validtimeEnd: SAMPLE_TIME + 7 })
    const courseTable = await withChoices(harness, earlier)
    await courseTable.put(lineOf(1))
    await harness.stores.choices.retire(earlier.id)
    await withChoices(harness, later)
    await courseTable.put(line)
    equal(await courseTable.page(sampleUserId, 0, 10), { entries: [line], total: 1 })
    equal(await harness.storedIds('courseTable'), [later.id])
  },

  'has one line for many writers at once': async (harness) => {
    const courseTable = await withChoices(harness, choiceOf(1))
    await atOnce(8, (index) => courseTable.put(lineOf(1, { validtimeEnd: SAMPLE_TIME + index })))
    equal(await harness.storedIds('courseTable'), [choiceOf(1).id])
  },

  'takes back what a failed unit of work put': async (harness) => {
    await (await withChoices(harness, choiceOf(1), choiceOf(2))).put(lineOf(1))
    await rolledBack(harness, async ({ courseTable }) => {
      await courseTable.put(lineOf(2))
      await courseTable.put(lineOf(1, { validtimeEnd: SAMPLE_TIME }))
    })
    equal(await harness.stores.courseTable.page(sampleUserId, 0, 10), { entries: [lineOf(1)], total: 1 })
  },

  'shows nobody a line before its unit of work commits': async (harness) => {
    await withChoices(harness, choiceOf(1))
    const seen: Promise<unknown>[] = []
    await rolledBack(harness, async ({ courseTable }) => {
      await courseTable.put(lineOf(1))
      seen.push(harness.stores.courseTable.page(sampleUserId, 0, 10))
      equal((await courseTable.page(sampleUserId, 0, 10)).total, 1, 'the total that the unit itself sees')
    })
    equal(await Promise.all(seen), [{ entries: [], total: 0 }])
  },

  'keeps the table over a restart': async (harness) => {
    await (await withChoices(harness, choiceOf(1))).put(lineOf(1))
    await harness.reopen()
    equal(await harness.stores.courseTable.page(sampleUserId, 0, 10), { entries: [lineOf(1)], total: 1 })
  },

  'shares no object with its callers': async (harness) => {
    const courseTable = await withChoices(harness, choiceOf(1))
    const line = lineOf(1)
    await courseTable.put(line)
    const [shown] = (await courseTable.page(sampleUserId, 0, 10)).entries
    for (const copy of [line, shown]) tamper(() => void Object.assign(copy ?? {}, { validtimeEnd: 0 }))
    equal((await courseTable.page(sampleUserId, 0, 10)).entries, [lineOf(1)])
  },

  'fails with store_unavailable when the store cannot be reached': (harness) =>
    unavailable(harness, () => everyCall(harness)),

  'leaves no secret in its errors': (harness) => keepsSecrets(harness, () => everyCall(harness)),
})
