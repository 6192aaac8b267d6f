import type { OperatorLog } from '../../shared/ports/operator-log.js'
import type { ChooseCourseRepository } from './choose-course-repository.js'
import type { CourseCatalogue } from './course-catalogue.js'

/** All that the learning centre stores, in one database. */
export interface LearningStore {
  readonly entitlements: ChooseCourseRepository
  readonly catalogue: CourseCatalogue
  readonly operatorLog: OperatorLog
}
