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
}

/** A line of the course table (table `xc_course_tables`): one for each user and course. */
export interface CourseTableEntry {
  readonly chooseCourseId: ChooseCourseId
  readonly userId: UserId
  readonly courseId: CourseId
  readonly courseName: string
  readonly orderType: ChoiceType
  readonly createDate: EpochMs
  readonly validtimeStart: EpochMs
  readonly validtimeEnd: EpochMs
}

const DAY_MS = 86_400_000

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
  }
}

/** Granting starts the days anew: whoever waited for a payment loses none of what was paid for. */
export function grantChoice(choice: CourseChoice, now: EpochMs): CourseChoice {
  return {
    ...choice,
    status: ChoiceStatus.succeeded,
    validtimeStart: now,
    validtimeEnd: now + choice.validDays * DAY_MS,
  }
}

export function tableEntryOf(choice: CourseChoice, now: EpochMs): CourseTableEntry {
  const { id, userId, courseId, courseName, orderType, validtimeStart, validtimeEnd } = choice
  return { chooseCourseId: id, userId, courseId, courseName, orderType, createDate: now, validtimeStart, validtimeEnd }
}

/** A choice that ran out can be made anew; until then the same one is handed out. */
export function isSpent(choice: CourseChoice, now: EpochMs): boolean {
  return choice.status === ChoiceStatus.succeeded && now >= choice.validtimeEnd
}

export function learnStatusOf(choice: CourseChoice | null, now: EpochMs): LearnStatus {
  if (choice === null || choice.status === ChoiceStatus.waiting) return LearnStatus.notPaid
  return isSpent(choice, now) ? LearnStatus.expired : LearnStatus.mayLearn
}
