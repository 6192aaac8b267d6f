import { CheckoutError } from '../../shared/checkout-error.js'
import type { CourseId, UserId } from '../../shared/identifiers.js'
import { learnStatusOf } from '../domain/course-choice.js'
import type { LearnStatusView } from '../ports/learning-service.js'
import type { LearningDependencies } from './learning-dependencies.js'

/** May this user learn this course now? A course that is no longer published can still be learned by who chose it. */
export function learnStatus({
  stores,
  catalogue,
  clock,
}: Pick<LearningDependencies, 'stores' | 'catalogue' | 'clock'>) {
  return async (userId: UserId, courseId: CourseId): Promise<LearnStatusView> => {
    const choice = await stores.choices.findCurrent(userId, courseId)
    const courseName = choice?.courseName ?? (await catalogue.find(courseId))?.courseName
    if (courseName === undefined) throw new CheckoutError('course_not_found', 'There is no such course.')
    return { courseId, courseName, userId, choice, learnStatus: learnStatusOf(choice, clock.now()) }
  }
}
