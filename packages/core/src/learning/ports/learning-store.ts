import type { CourseId } from '../../shared/identifiers.js'
import type { OperatorLog } from '../../shared/ports/operator-log.js'
import type { Course } from '../domain/course.js'
import type { ChooseCourseRepository } from './choose-course-repository.js'

/** The published courses. */
export interface CourseCatalogue {
  /** Outcome: the course, or null when it is not published. Errors: `store_unavailable`. Only reads. */
  find(courseId: CourseId): Promise<Course | null>
  /** Outcome: every published course, by its id. Errors: `store_unavailable`. Only reads. */
  list(): Promise<readonly Course[]>
}

/** All that the learning centre stores, in one database. */
export interface LearningStore {
  readonly entitlements: ChooseCourseRepository
  readonly catalogue: CourseCatalogue
  readonly operatorLog: OperatorLog
}
