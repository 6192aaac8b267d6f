import type { Course } from './learning/domain/course.js'
import type { LearningStore } from './learning/ports/learning-store.js'
import type { NotifyReader } from './orders/ports/notify-reader.js'
import type { OrderStore } from './orders/ports/order-store.js'
import type { PaymentGateway } from './orders/ports/payment-gateway.js'
import type { Clock, ReferenceClock } from './shared/ports/clock.js'
import type { IdGenerator } from './shared/ports/generators.js'
import type { MessagePublisher } from './shared/ports/message-publisher.js'
import type { MessageSubscriber } from './shared/ports/message-subscriber.js'

/** A database that is open and migrated. */
export interface OpenedCheckoutStore {
  readonly orderStore: OrderStore
  readonly learningStore: LearningStore
  readonly ids: IdGenerator
  /** The database server's clock; null where the database has none of its own. */
  readonly clock?: ReferenceClock | null
  /** Writes the catalogue: courses that are not listed are withdrawn. Repeated call: the same catalogue. */
  publishCourses(courses: readonly Course[]): Promise<void>
  /** Resolves when writes are durable now. Errors: `store_unavailable`. */
  ping(): Promise<void>
  /**
   * The same stores, whose orders and choices are read and committed inside a transaction of the host: they stay or go
   * with the host's own rows. Absent in a store that has no such transactions. Errors of their calls: `state_conflict`
   * when the host is to roll back and run all of it again; `invalid_request` for what is no transaction.
   */
  joinTransaction?(transaction: unknown): Pick<OpenedCheckoutStore, 'orderStore' | 'learningStore'>
  close(): Promise<void>
}

/** Where orders and courses are stored: `sqlStore({ url })`, or a store of your own. */
export interface StoreAdapter {
  /**
   * Outcome: connected and migrated. Errors: `store_unavailable`, `invalid_request` for an address that can never work.
   * `clock` is for a store whose database has no clock of its own.
   */
  open(clock?: Clock): Promise<OpenedCheckoutStore>
}

/** How buyers pay: `alipay(settings)`, or a gateway of your own. */
export interface PaymentsAdapter {
  readonly gateway: PaymentGateway
  readonly notifyReader: NotifyReader
  /** The gateway's clock, which is asked when this machine's has jumped. */
  readonly clock?: ReferenceClock
}

/** A broker that is open. */
export interface OpenedMessages {
  readonly publisher: MessagePublisher
  readonly subscriber: MessageSubscriber
  /** Resolves when the broker takes messages now. Errors: `broker_unavailable`. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** How messages travel: `inProcess()`, `rabbitmq({ url })`, or a broker of your own. */
export interface MessagesAdapter {
  /** Outcome: open, or looking for a broker that is away. Errors: `invalid_request`, `broker_unavailable`. */
  open(): Promise<OpenedMessages>
}
