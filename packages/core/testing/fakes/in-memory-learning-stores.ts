import type { Course } from '../learning/domain/course.js'
import type { CourseCatalogue } from '../learning/ports/course-catalogue.js'
import type { LearningStores } from '../learning/ports/learning-stores.js'
import type { UnitOfWork } from '../shared/ports/unit-of-work.js'
import { inMemoryChooseCourseRepository } from './in-memory-choose-course-repository.js'
import { inMemoryCourseCatalogue } from './in-memory-course-catalogue.js'
import { inMemoryCourseTableRepository } from './in-memory-course-table-repository.js'
import { inMemoryDatabase, type StoreFaults } from './in-memory-database.js'
import { inMemoryHandledMessages } from './in-memory-handled-messages.js'
import { inMemoryLearningTables, type LearningSession } from './in-memory-learning-tables.js'

export interface InMemoryLearningStores {
  /** Each call by itself. */
  readonly stores: LearningStores
  readonly unitOfWork: UnitOfWork<LearningStores>
  readonly catalogue: CourseCatalogue
  readonly faults: StoreFaults
  /** The tables as they are committed, beside the ports: for assertions. */
  readonly session: LearningSession
  readonly tables: ReturnType<typeof inMemoryLearningTables>
  /** Publishes a course, or changes it (its price, say). */
  publish(course: Course): Promise<void>
}

/**
 * The learning centre's stores over one in-memory database, with these courses published. Given the tables of a store from
 * before, it is that store after a restart.
 */
export function inMemoryLearningStores(
  courses: readonly Course[] = [],
  tables = inMemoryLearningTables(),
): InMemoryLearningStores {
  for (const table of Object.values(tables)) table.rollBack()
  for (const course of courses) tables.courses.pending.set(course.courseId, course)
  tables.courses.commit()
  const { session, faults, run } = inMemoryDatabase(tables)
  const bind = (to: LearningSession): LearningStores => ({
    choices: inMemoryChooseCourseRepository(to),
    courseTable: inMemoryCourseTableRepository(to),
    handled: inMemoryHandledMessages(to),
  })
  return {
    stores: bind(session),
    unitOfWork: { run: (work) => run((bound) => work(bind(bound))) },
    catalogue: inMemoryCourseCatalogue(session),
    faults,
    session,
    tables,
    publish: (course) => session.write((views) => views.courses.set(course.courseId, course)),
  }
}
