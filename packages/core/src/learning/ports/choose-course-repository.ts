import type { ChooseCourseId, CourseId, UserId } from '../../shared/identifiers.js'
import type { CourseChoice } from '../domain/course-choice.js'

/** Choices (table `xc_choose_course`). A user has one current choice of a course. Every method may fail with `store_unavailable`. */
export interface ChooseCourseRepository {
  /**
   * Outcome: stores the choice as the current one, or hands out the one that is current; `inserted` tells which.
   * Errors: `state_conflict` when the id is another choice's; then nothing is stored.
   * Repeated call and concurrency: of many callers for one user and course one inserts, all get the same choice.
   * Retry: the unit of work.
   */
  insertOrRead(choice: CourseChoice): Promise<{ readonly choice: CourseChoice; readonly inserted: boolean }>

  /** Outcome: the choice, current or not, or null. */
  find(id: ChooseCourseId): Promise<CourseChoice | null>

  /** Outcome: the current choice of a user for a course, or null. */
  findCurrent(userId: UserId, courseId: CourseId): Promise<CourseChoice | null>

  /**
   * Outcome: true when the choice was waiting and current and is now as given (701001, with its new validity); false when not,
   * and nothing changes: what was retired (refunded before the payment was heard of) is never granted. Repeated call: false.
   * Concurrency: of two that compete, one wins.
   */
  grant(granted: CourseChoice): Promise<boolean>

  /** Outcome: true when the choice was current and now makes room for another; false when it was not. */
  retire(id: ChooseCourseId): Promise<boolean>
}
