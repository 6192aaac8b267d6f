import type { CourseTableRepository } from '../learning/ports/course-table-repository.js'
import { byAge } from './by-age.js'
import { type LearningSession, pairKey } from './in-memory-learning-tables.js'

export function inMemoryCourseTableRepository(session: LearningSession): CourseTableRepository {
  return {
    put: (entry) => session.write(({ courseTable }) => courseTable.set(pairKey(entry.userId, entry.courseId), entry)),
    remove: (chooseCourseId) =>
      session.write(({ courseTable }) => {
        for (const entry of courseTable.all()) {
          if (entry.chooseCourseId === chooseCourseId) courseTable.delete(pairKey(entry.userId, entry.courseId))
        }
      }),
    page: (userId, offset, limit) =>
      session.read(({ courseTable }) => {
        const oldestFirst = courseTable
          .all()
          .filter((entry) => entry.userId === userId)
          .sort(
            byAge(
              (entry) => entry.createDate,
              (entry) => entry.chooseCourseId,
            ),
          )
        return { entries: oldestFirst.reverse().slice(offset, offset + limit), total: oldestFirst.length }
      }),
  }
}
