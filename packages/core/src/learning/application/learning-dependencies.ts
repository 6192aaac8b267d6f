import type { Clock, Scheduler } from '../../shared/ports/clock.js'
import type { IdGenerator } from '../../shared/ports/generators.js'
import type { Tracer } from '../../shared/ports/tracer.js'
import type { LearningStore } from '../ports/learning-store.js'

/** Everything the learning centre works with. Each use case names the part that it needs. */
export interface LearningDependencies {
  readonly store: LearningStore
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly ids: IdGenerator
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer | undefined
}
