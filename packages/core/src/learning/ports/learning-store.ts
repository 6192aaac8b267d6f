import type { OperatorLog } from '../../shared/ports/operator-log.js'
import type { CourseCatalogue } from './course-catalogue.js'
import type { EntitlementRepository } from './entitlement-repository.js'

/** All that the learning centre stores, in one database. */
export interface LearningStore {
  readonly entitlements: EntitlementRepository
  readonly catalogue: CourseCatalogue
  readonly operatorLog: OperatorLog
}
