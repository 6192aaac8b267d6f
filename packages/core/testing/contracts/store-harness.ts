import type { Course } from '../../src/learning/domain/course.js'
import type { LearningStore } from '../../src/learning/ports/learning-store.js'
import type { Order } from '../../src/orders/domain/order.js'
import type { OrderCommit } from '../../src/orders/ports/order-repository.js'
import type { OrderStore } from '../../src/orders/ports/order-store.js'
import { copyOf } from '../fakes/copy-of.js'
import { ensure, equal, rejectsWithCode, showsNoSecret } from './assertions.js'
import type { HarnessWithSecrets } from './define-contract.js'
import { sampleCommit } from './sample-data.js'

/**
 * An empty store, and what a suite needs beside its ports. `store` may be a getter: suites read it again after
 * `reopen`. Functions are called without `this`.
 */
export interface StoreHarness<Store> extends HarnessWithSecrets {
  readonly store: Store
  /** Closes the store and opens it again, as a restarted process does. */
  reopen(): Promise<void>
  /** From now on the store cannot be reached. */
  breakDown(): Promise<void>
}

export interface OrderStoreHarness extends StoreHarness<OrderStore> {
  /**
   * Lets this much time pass for the store: by its clock, or by moving every stored lease, due and append time back.
   */
  passTime(ms: number): Promise<void>
  /** The next commit reaches the store, but its answer is lost. */
  loseCommitAnswerOnce(): Promise<void>
}

export interface LearningStoreHarness extends StoreHarness<LearningStore> {
  /** Publishes these courses, or changes them. */
  publish(courses: readonly Course[]): Promise<void>
}

/** Commits a change that must succeed, and returns the order as it is stored now. */
export async function commitOrder(
  { store }: OrderStoreHarness,
  before: Order | null,
  after: Order,
  changes: Partial<OrderCommit> = {},
): Promise<Order> {
  const commit = sampleCommit(before, after, changes)
  equal(await store.orders.commit(commit), 'committed', 'the answer to the commit')
  return commit.after
}

/** How the clauses that every port of a store has use one port. */
interface StorePort<H> {
  /** One call of each method. */
  calls(harness: H): Promise<unknown>[]
  /** Stores something, and answers the objects that the port was given. */
  write(harness: H): Promise<unknown>
  read(harness: H): Promise<unknown>
  /** Texts of the calls that may not stand in an error. */
  readonly secrets?: readonly string[]
}

export const storeClauses = <H extends StoreHarness<unknown>>({ calls, write, read, secrets = [] }: StorePort<H>) =>
  ({
    'keeps what is stored over a restart': async (harness: H) => {
      await write(harness)
      const stored = await read(harness)
      await harness.reopen()
      equal(await read(harness), stored)
    },
    'shares no object with its callers': async (harness: H) => {
      const given = await write(harness)
      const stored = copyOf(await read(harness))
      mutateDeeply(given)
      mutateDeeply(await read(harness))
      equal(await read(harness), stored)
    },
    'fails with store_unavailable, and shows no secret, when the store cannot be reached': async (harness: H) => {
      await harness.breakDown()
      const errors = await Promise.all(calls(harness).map((call) => rejectsWithCode(call, 'store_unavailable')))
      showsNoSecret({ secrets: [...harness.secrets, ...secrets] }, ...errors)
    },
  }) as const

/** Overwrites all that should be a copy; a frozen object is fine too. */
function mutateDeeply(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const name of Object.keys(value)) {
    mutateDeeply(Reflect.get(value, name))
    Reflect.set(value, name, value instanceof Uint8Array ? 0 : 'slipped in')
  }
}

export const callConcurrently = <Result>(times: number, call: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => call(index)))

/** The index of the one caller who was answered with `won`. */
export function indexOfWinner<Answer>(answers: readonly Answer[], won: Answer): number {
  equal(answers.filter((answer) => answer === won).length, 1, 'the number of winners')
  return answers.indexOf(won)
}

/** Reads a list to its end, in pages of two. */
export async function readPages<Entry, Position>(
  read: (limit: number, after: Position | null) => Promise<{ entries: readonly Entry[]; next: Position | null }>,
): Promise<Entry[]> {
  const all: Entry[] = []
  let after: Position | null = null
  for (let pages = 0; pages < 20; pages += 1) {
    const { entries, next }: Awaited<ReturnType<typeof read>> = await read(2, after)
    ensure(entries.length <= 2, 'A page holds no more than it was asked for.')
    all.push(...entries)
    if (next === null) return all
    after = next
  }
  throw new Error('The list has no end.')
}
