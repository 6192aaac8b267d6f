import type { CourseId } from '../../shared/identifiers.js'
import type { Fen } from '../../shared/money.js'

/** A published course (table `course_publish`). */
export interface Course {
  readonly courseId: CourseId
  readonly courseName: string
  /** Zero for a free course. */
  readonly price: Fen
  /** How long a learner has it, in days from the day it was granted. */
  readonly validDays: number
}
