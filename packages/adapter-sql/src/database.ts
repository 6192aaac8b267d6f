import type {
  Course,
  CourseCatalogue,
  IdGenerator,
  LearningStores,
  OperationsView,
  OrderStores,
  OutboxInspection,
  PaymentLedger,
  UnitOfWork,
} from '@coursepay/core'
import type { OnMigrationProgress } from './schema/migrations.js'

/** What the order service needs of its database. */
export interface OrderStorage {
  /** Each call by itself. */
  readonly orderStores: OrderStores
  readonly orderUnitOfWork: UnitOfWork<OrderStores>
  readonly outboxInspection: OutboxInspection
  readonly operations: OperationsView
  /** What a reconciliation reads. */
  readonly paymentLedger: PaymentLedger
}

/** What the learning centre needs of its database, which may be another one. */
export interface LearningStorage {
  /** Each call by itself. */
  readonly learningStores: LearningStores
  readonly learningUnitOfWork: UnitOfWork<LearningStores>
  readonly catalogue: CourseCatalogue
}

/** One open database. Every method, and every method of its stores, may fail with `store_unavailable`. */
export interface Database extends OrderStorage, LearningStorage {
  /**
   * Outcome: the tables are there and up to date. Repeated call and several processes at once: migrated once.
   * Killed in the middle: the next call begins anew. Errors: `invalid_request` with a sentence that says what to mend, for a
   * server that is too old, a database that is not there, an account that may not. `onProgress` is told before each step that is
   * missing.
   */
  migrate(onProgress?: OnMigrationProgress): Promise<void>

  /** Outcome: exactly these courses are published (table `course_publish`). Repeated call: the same. */
  publishCourses(courses: readonly Course[]): Promise<void>

  /** Ids that no other process on this database makes; the worker number is leased at the first id, given back on `close`. */
  readonly idGenerator: IdGenerator

  /** How many units of work were run again after a conflict (deadlock, lock wait) since the opening: for the metrics. */
  conflictRetries(): number

  /** Outcome: the database answers. */
  ping(): Promise<void>

  /** Outcome: what was asked for before is done, leases are given back, nothing is left open. Repeated call: nothing more. */
  close(): Promise<void>
}
