import { type CourseTableEntry, courseId } from '../../src/index.js'
import { courseTableRepositoryContract, sampleUserId } from '../../testing/contracts/index.js'
import { learningStoresHarness } from '../harnesses/learning-stores-harness.js'
import { inCourseTable, leakingErrors, untranslatedErrors } from './in-learning-stores.js'
import { forgetful, readsUncommitted, rounded, sabotaged, withoutTransaction } from './sabotage.js'

/** Spoils each line that is put. */
const putAs = (spoil: (entry: CourseTableEntry) => CourseTableEntry) =>
  inCourseTable((courseTable) => ({ put: (entry) => courseTable.put(spoil(entry)) }))

export const courseTableRepositorySabotage = sabotaged(courseTableRepositoryContract, learningStoresHarness, {
  'puts a course into the table and hands it back as it was': putAs((entry) => ({ ...entry, courseName: '????' })),

  'shows an empty table where nobody has a course': inCourseTable((courseTable) => ({
    page: async (userId, offset, limit) => ({ ...(await courseTable.page(userId, offset, limit)), total: 1 }),
  })),

  'shows a user no other user’s courses': putAs((entry) => ({ ...entry, userId: sampleUserId })),
  'keeps ids above 2^53 apart': putAs((entry) => ({ ...entry, chooseCourseId: rounded(entry.chooseCourseId) })),

  'takes a course out of the table, and no other one': inCourseTable(() => ({ remove: async () => {} })),

  // Takes out whatever the user has.
  'leaves a course that the user has by another choice': inCourseTable((courseTable) => ({
    async remove() {
      for (const { chooseCourseId } of (await courseTable.page(sampleUserId, 0, 10)).entries) {
        await courseTable.remove(chooseCourseId)
      }
    },
  })),

  'shows the newest first': inCourseTable((courseTable) => ({
    async page(userId, offset, limit) {
      const { entries, total } = await courseTable.page(userId, offset, limit)
      return { entries: [...entries].reverse(), total }
    },
  })),

  'shows a page, and the total of the whole table': inCourseTable((courseTable) => ({
    async page(userId, offset, limit) {
      const { entries } = await courseTable.page(userId, offset, limit)
      return { entries, total: entries.length }
    },
  })),

  'has one line for a course that is put twice': (harness) => {
    let puts = 0
    return inCourseTable((courseTable) => ({
      async put(entry) {
        puts += 1
        await courseTable.put({ ...entry, courseId: courseId(`${entry.courseId}-${puts}`) })
      },
    }))(harness)
  },

  // Keeps the line that is there.
  'replaces the line of an earlier choice': inCourseTable((courseTable) => ({
    async put(entry) {
      const { total } = await courseTable.page(entry.userId, 0, 1)
      if (total === 0) await courseTable.put(entry)
    },
  })),

  // Deletes what it sees and inserts then, with nothing to stop a second line.
  'has one line for many writers at once': inCourseTable((courseTable) => ({
    async put(entry) {
      const { total } = await courseTable.page(entry.userId, 0, 1)
      const id = total === 0 ? courseId(`line-${entry.validtimeEnd}`) : entry.courseId
      await courseTable.put({ ...entry, courseId: id })
    },
  })),

  'takes back what a failed unit of work put': withoutTransaction,
  'shows nobody a line before its unit of work commits': readsUncommitted,
  'keeps the table over a restart': forgetful(learningStoresHarness),

  'shares no object with its callers': (harness) => {
    const kept: CourseTableEntry[] = []
    return inCourseTable(() => ({
      put: async (entry) => void kept.push(entry),
      page: async () => ({ entries: kept, total: kept.length }),
    }))(harness)
  },

  'fails with store_unavailable when the store cannot be reached': untranslatedErrors,
  'leaves no secret in its errors': leakingErrors,
})
