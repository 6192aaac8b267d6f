import type { CourseId } from '../../shared/identifiers.js'
import type { Course } from '../domain/course.js'

/** The published courses. */
export interface CourseCatalogue {
  /** Outcome: the course, or null when it is not published. Errors: `store_unavailable`. Only reads. */
  find(courseId: CourseId): Promise<Course | null>
  /** Outcome: every published course, by its id. Errors: `store_unavailable`. Only reads. */
  list(): Promise<readonly Course[]>
}
