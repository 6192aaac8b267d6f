import type { ChooseCourseRepository } from './choose-course-repository.js'
import type { CourseTableRepository } from './course-table-repository.js'
import type { HandledMessages } from './handled-messages.js'

/** All that the learning centre stores; bound to a unit of work, or each call by itself (see `OrderStores`). */
export interface LearningStores {
  readonly choices: ChooseCourseRepository
  readonly courseTable: CourseTableRepository
  readonly handled: HandledMessages
}
