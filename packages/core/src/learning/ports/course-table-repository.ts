import type { ChooseCourseId, UserId } from '../../shared/identifiers.js'
import type { CourseTableEntry } from '../domain/course-choice.js'

export interface CourseTablePage {
  readonly entries: readonly CourseTableEntry[]
  /** Of the whole table of this user. */
  readonly total: number
}

/** The course table (table `xc_course_tables`). Every method may fail with `store_unavailable`. */
export interface CourseTableRepository {
  /**
   * Outcome: the user has the course, by this choice; an entry by an earlier choice is replaced.
   * Repeated call: one entry. Concurrency: one entry for each user and course, the last writer's.
   */
  put(entry: CourseTableEntry): Promise<void>

  /** Outcome: the user no longer has the course by this choice; an entry by another choice stays. Repeated call: no change. */
  remove(chooseCourseId: ChooseCourseId): Promise<void>

  /** Outcome: entries of a user, newest first; `offset` counts from 0. */
  page(userId: UserId, offset: number, limit: number): Promise<CourseTablePage>
}
