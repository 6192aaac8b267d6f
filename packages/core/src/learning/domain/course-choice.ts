import { DAY_MS } from '../../shared/beijing-day.js'
import type { ChooseCourseId, CourseId, UserId } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import { ChoiceStatus, ChoiceType, LearnStatus } from '../../shared/status-codes.js'
import type { Course } from './course.js'

/** A user's choice of a course (table `xc_choose_course`). Its price is the catalogue's when it was made. */
export interface CourseChoice {
  readonly id: ChooseCourseId
  readonly courseId: CourseId
  readonly courseName: string
  readonly userId: UserId
  readonly orderType: ChoiceType
  readonly coursePrice: Fen
  readonly validDays: number
  readonly status: ChoiceStatus
  readonly createDate: EpochMs
  readonly validtimeStart: EpochMs
  readonly validtimeEnd: EpochMs
  /**
   * Null for the current choice. A superseded one can still be paid by a code that was given out; a revoked one is
   * never granted.
   */
  readonly retired: 'superseded' | 'revoked' | null
  /** The operator's key of a grant without a payment; null for all others. */
  readonly grantKey: string | null
  /** The optimistic lock: a change raises it by one. 1 for a new choice. */
  readonly version: number
}

/** An entry of the course table (table `xc_course_tables`): one for each user and course. */
export interface CourseTableEntry
  extends Pick<CourseChoice, 'userId' | 'courseId' | 'courseName' | 'orderType' | 'validtimeStart' | 'validtimeEnd'> {
  readonly chooseCourseId: ChooseCourseId
  readonly createDate: EpochMs
}

/** A free course is granted at once; a paid one waits for its payment. */
export function newChoice(facts: {
  readonly id: ChooseCourseId
  readonly userId: UserId
  readonly course: Course
  readonly now: EpochMs
}): CourseChoice {
  const { id, userId, course, now } = facts
  const free = course.price === 0
  return {
    id,
    userId,
    courseId: course.courseId,
    courseName: course.courseName,
    orderType: free ? ChoiceType.free : ChoiceType.paid,
    coursePrice: course.price,
    validDays: course.validDays,
    status: free ? ChoiceStatus.succeeded : ChoiceStatus.waiting,
    createDate: now,
    validtimeStart: now,
    validtimeEnd: now + course.validDays * DAY_MS,
    retired: null,
    grantKey: null,
    version: 1,
  }
}

export function tableEntryOf(choice: CourseChoice, now: EpochMs): CourseTableEntry {
  const { id, userId, courseId, courseName, orderType, validtimeStart, validtimeEnd } = choice
  return { chooseCourseId: id, userId, courseId, courseName, orderType, createDate: now, validtimeStart, validtimeEnd }
}

/** The validity of a granted choice is over: the course can be chosen again. */
export function isExpired(choice: CourseChoice, now: EpochMs): boolean {
  return choice.status === ChoiceStatus.succeeded && now >= choice.validtimeEnd
}

export function learnStatusOf(choice: CourseChoice | null, now: EpochMs): LearnStatus {
  if (choice === null || choice.status === ChoiceStatus.waiting) return LearnStatus.notPaid
  return isExpired(choice, now) ? LearnStatus.expired : LearnStatus.mayLearn
}
