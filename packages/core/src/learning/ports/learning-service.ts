import type { CourseId, UserId } from '../../shared/identifiers.js'
import type { ReceivedPayResultMessage } from '../../shared/pay-result-message.js'
import type { LearnStatus } from '../../shared/status-codes.js'
import type { CourseChoice } from '../domain/course-choice.js'
import type { CourseTablePage } from './choose-course-repository.js'

export interface ChoiceView {
  readonly choice: CourseChoice
  readonly learnStatus: LearnStatus
}

export interface LearnStatusView {
  readonly courseId: CourseId
  readonly courseName: string
  readonly userId: UserId
  /** Null when this user never chose the course. */
  readonly choice: CourseChoice | null
  readonly learnStatus: LearnStatus
}

/** What the outside may ask of the learning centre. */
export interface LearningService {
  /**
   * Outcome: the user's choice of the course; a free one stands in the course table at once, a paid one waits for
   * payment. Errors: `course_not_found`. Repeated call and concurrency: the same choice, until it has run out; then a
   * new one.
   */
  chooseCourse(userId: UserId, courseId: CourseId): Promise<ChoiceView>

  /** Outcome: whether the user may learn the course now. Errors: `course_not_found`. */
  learnStatus(userId: UserId, courseId: CourseId): Promise<LearnStatusView>

  /** Outcome: the user's courses, newest first. `page` counts from 1. */
  myCourseTable(userId: UserId, page: number, size: number): Promise<CourseTablePage>

  /**
   * Outcome: what the message tells is done, once for each message and each choice; messages of other kinds are left
   * alone. Errors: `choice_not_found` (tried again by the subscriber); `PermanentFailure` for a message that can never
   * be right.
   */
  receivePayResult(message: ReceivedPayResultMessage): Promise<void>
}
