import type { Clock } from '../../shared/ports/clock.js'
import type { IdGenerator } from '../../shared/ports/id-generator.js'
import type { UnitOfWork } from '../../shared/ports/unit-of-work.js'
import type { CourseCatalogue } from '../ports/course-catalogue.js'
import type { LearningStores } from '../ports/learning-stores.js'

/** Everything the learning centre works with. Each use case names the part that it needs. */
export interface LearningDependencies {
  readonly unitOfWork: UnitOfWork<LearningStores>
  readonly stores: LearningStores
  readonly catalogue: CourseCatalogue
  readonly clock: Clock
  readonly ids: IdGenerator
}
