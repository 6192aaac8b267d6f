import type { Course } from '../../src/learning/domain/course.js'
import type { CourseCatalogue } from '../../src/learning/ports/course-catalogue.js'
import type { LearningStores } from '../../src/learning/ports/learning-stores.js'
import type { OperationsView } from '../../src/orders/ports/operations-view.js'
import type { OrderStores } from '../../src/orders/ports/order-stores.js'
import type { MessageId } from '../../src/shared/identifiers.js'
import type { OutboxInspection } from '../../src/shared/ports/outbox-port.js'
import type { UnitOfWork } from '../../src/shared/ports/unit-of-work.js'
import { ensure, equal, failureOf, rejectsWithCode, textOf } from './assertions.js'
import type { Harness } from './define-contract.js'

/**
 * An empty store, and what a suite needs beside its ports. Suites read `stores` and the like anew after `reopen`, so these may be
 * getters; functions are called without `this`.
 */
export interface StoreHarness<Stores> extends Harness {
  /** Each call by itself. */
  readonly stores: Stores
  readonly unitOfWork: UnitOfWork<Stores>
  /** Closes the store and opens it again, as a process does that was restarted. */
  reopen(): Promise<void>
  /** From now on the store cannot be reached. */
  breakDown(): Promise<void>
  /** Texts that may never stand in an error, such as the password in use; at least one. */
  readonly secrets: readonly string[]
}

export interface OrderStoresHarness extends StoreHarness<OrderStores> {
  readonly outboxInspection: OutboxInspection
  readonly operations: OperationsView
  /** Lets this much time pass for the store: by its clock, or by moving every stored lease, due and append time back. */
  passTime(ms: number): Promise<void>
  /** Ids in a table, read beside the ports, in any order. */
  storedIds(table: 'orders' | 'payRecords' | 'refunds' | 'outbox' | 'journal'): Promise<readonly string[]>
  /** The reason that stands with a message in the outbox, read beside the port. */
  storedReason(id: MessageId): Promise<string | null>
  /** The next unit of work meets a conflict (as by a deadlock) after its work is done, and is to be run again. */
  conflictOnce(): Promise<void>
  /** The next commit reaches the store, but its answer is lost. */
  loseCommitAnswerOnce(): Promise<void>
}

export interface LearningStoresHarness extends StoreHarness<LearningStores> {
  readonly catalogue: CourseCatalogue
  /** Publishes these courses, or changes them. */
  publish(courses: readonly Course[]): Promise<void>
  /** Ids in a table, read beside the ports, in any order: of choices, and of the choices behind the course table. */
  storedIds(table: 'choices' | 'courseTable'): Promise<readonly string[]>
}

/** Thrown by a clause inside a unit of work, to have it rolled back. */
class RollBack extends Error {}

/** Runs `work` as a unit of work that then fails; checks that the failure comes out. */
export async function rolledBack<Stores>(
  { unitOfWork }: { readonly unitOfWork: UnitOfWork<Stores> },
  work: (stores: Stores) => Promise<unknown>,
): Promise<void> {
  const failure = new RollBack('rolled back by the contract')
  const run = unitOfWork.run(async (stores) => {
    await work(stores)
    throw failure
  })
  equal(await failureOf(run), failure, 'what comes out of a failed unit of work')
}

/** Every one of these calls fails with `store_unavailable` once the store cannot be reached. */
export async function unavailable(harness: StoreHarness<unknown>, calls: () => Promise<unknown>[]): Promise<void> {
  await harness.breakDown()
  await Promise.all(calls().map((call) => rejectsWithCode(call, 'store_unavailable')))
}

/** What these calls fail with shows none of the harness's secrets, and none of `more`. */
export async function keepsSecrets(
  harness: StoreHarness<unknown>,
  calls: () => Promise<unknown>[],
  more: readonly string[] = [],
): Promise<void> {
  ensure(harness.secrets.length > 0, 'The harness names at least one secret.')
  await harness.breakDown()
  for (const failure of await Promise.all(calls().map(failureOf))) {
    const text = textOf(failure)
    const leaked = [...harness.secrets, ...more].some((secret) => text.includes(secret))
    ensure(!leaked, 'An error shows a secret.')
  }
}

/** Runs one call as many times at once. */
export const atOnce = <Result>(times: number, call: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => call(index)))

/** Tries to change what should be a copy; a frozen one is fine too. */
export function tamper(change: () => void): void {
  try {
    change()
  } catch (error) {
    ensure(error instanceof TypeError, 'Only a frozen object may refuse to be changed.')
  }
}
