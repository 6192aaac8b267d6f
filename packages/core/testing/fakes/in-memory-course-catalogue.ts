import type { CourseCatalogue } from '../learning/ports/course-catalogue.js'
import type { LearningSession } from './in-memory-learning-tables.js'

export function inMemoryCourseCatalogue(session: LearningSession): CourseCatalogue {
  return {
    find: (courseId) => session.read(({ courses }) => courses.get(courseId) ?? null),
    list: () =>
      session.read(({ courses }) => courses.all().sort((some, other) => (some.courseId < other.courseId ? -1 : 1))),
  }
}
