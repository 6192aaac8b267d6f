import type { LearningService } from '../ports/learning-service.js'
import { chooseCourse } from './choose-course.js'
import { learnStatus } from './learn-status.js'
import type { LearningDependencies } from './learning-dependencies.js'
import { receivePayResult } from './receive-pay-result.js'

/** The learning centre's table of contents: each entry is one use case, in a file of its own. */
export function createLearningService(dependencies: LearningDependencies): LearningService {
  return {
    chooseCourse: chooseCourse(dependencies),
    learnStatus: learnStatus(dependencies),
    myCourseTable: (userId, page, size) => dependencies.stores.courseTable.page(userId, (page - 1) * size, size),
    receivePayResult: receivePayResult(dependencies),
  }
}
