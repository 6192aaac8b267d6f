import type { Course } from '../../src/learning/domain/course.js'
import type { CourseChoice, CourseTableEntry } from '../../src/learning/domain/course-choice.js'
import { type CourseEntitlement, currentChoice } from '../../src/learning/domain/course-entitlement.js'
import type {
  ChooseCourseRepository,
  EntitlementCommit,
  EntitlementKey,
  HandledMessage,
} from '../../src/learning/ports/choose-course-repository.js'
import type { CourseCatalogue, LearningStore } from '../../src/learning/ports/learning-store.js'
import type { CourseId, UserId } from '../../src/shared/identifiers.js'
import type { OperatorAction } from '../../src/shared/operator-action.js'
import { ChoiceStatus } from '../../src/shared/status-codes.js'
import { comparatorByAge, compareIds } from './by-age.js'
import { copyOf } from './copy-of.js'
import { operatorLogIn } from './in-memory-order-records.js'
import { addIfAbsent } from './in-memory-order-rows.js'
import type { RowStorage } from './row-storage.js'
import { type StoreFaults, withFaults } from './store-faults.js'

/** What the learning centre's store holds. Every row is replaced, never changed in place. */
export interface LearningRows {
  /** By id. */
  readonly choices: Map<string, CourseChoice>
  /** By user and course. */
  readonly entries: Map<string, CourseTableEntry>
  /** By consumer and message. */
  readonly handled: Map<string, HandledMessage>
  readonly actions: Map<string, OperatorAction>
  readonly courses: Map<string, Course>
}

export const inMemoryLearningRows = (): LearningRows => ({
  choices: new Map(),
  entries: new Map(),
  handled: new Map(),
  actions: new Map(),
  courses: new Map(),
})

/** A learning centre's store with its catalogue in hand. */
export interface RowLearningStore extends LearningStore {
  /** Writes the catalogue: courses that are not listed are withdrawn. */
  publishCourses(courses: readonly Course[]): Promise<void>
}

export interface InMemoryLearningStore extends LearningStore {
  readonly faults: StoreFaults
  /** What is committed, beside the ports: for assertions. */
  readonly rows: LearningRows
  /** Publishes a course, or changes it (its price, say). */
  publish(course: Course): void
  withdraw(courseId: CourseId): void
}

/**
 * The learning centre's store in memory, with these courses published. Given the rows of another store, it is a second
 * process on the same database, or the same one after a restart.
 */
export function inMemoryLearningStore(
  courses: readonly Course[] = [],
  rows: LearningRows = inMemoryLearningRows(),
): InMemoryLearningStore {
  const { storage, faulty, faults } = withFaults(rows)
  const { entitlements, ...store } = learningStoreIn(storage)
  const publish = (course: Course) => void rows.courses.set(course.courseId, copyOf(course))
  courses.forEach(publish)
  return {
    ...store,
    entitlements: { ...entitlements, commit: faulty(entitlements.commit) },
    ...{ faults, rows, publish },
    withdraw: (courseId) => void rows.courses.delete(courseId),
  }
}

/** The learning centre's store, wherever its rows are. */
export const learningStoreIn = (storage: RowStorage<LearningRows>): RowLearningStore => ({
  entitlements: entitlementsIn(storage),
  catalogue: catalogueIn(storage),
  operatorLog: operatorLogIn(storage),
  publishCourses: (courses) =>
    storage.write((rows) => {
      rows.courses.clear()
      for (const course of courses) rows.courses.set(course.courseId, copyOf(course))
    }),
})

function catalogueIn({ read }: RowStorage<LearningRows>): CourseCatalogue {
  return {
    find: (courseId) => read(({ courses }) => copyOf(courses.get(courseId) ?? null)),
    list: () =>
      read(({ courses }) =>
        copyOf([...courses.values()].sort((one, other) => (one.courseId < other.courseId ? -1 : 1))),
      ),
  }
}

/** No user id or course id holds a space, so the pair is unambiguous. */
const pairKey = (first: string, second: string): string => `${first} ${second}`

const oldestChoiceFirst = comparatorByAge('createDate', 'id')
const oldestEntryFirst = comparatorByAge('createDate', 'chooseCourseId')

function entitlementsIn({ read, write }: RowStorage<LearningRows>): ChooseCourseRepository {
  return {
    find: (key) =>
      read((rows) => {
        const owner = ownerOf(rows, key)
        return owner === null ? null : copyOf(entitlementOf(rows, owner.userId, owner.courseId))
      }),
    isHandled: (consumer, id) => read(({ handled }) => handled.has(pairKey(id, consumer))),
    commit: (commit) => write((rows) => commitEntitlement(rows, copyOf(commit))),
    page: (userId, offset, limit) =>
      read((rows) => {
        const entries = [...rows.entries.values()].filter((entry) => entry.userId === userId)
        const page = entries.sort(oldestEntryFirst).reverse()
        return { entries: copyOf(page.slice(offset, offset + limit)), total: entries.length }
      }),
    listWaiting: (before, after, limit) =>
      read(({ choices }) =>
        [...choices.values()]
          .filter(({ status, retired }) => status === ChoiceStatus.waiting && retired !== 'revoked')
          .filter(({ id, createDate }) => createDate < before && (after === null || compareIds(id, after) > 0))
          .map(({ id }) => id)
          .sort(compareIds)
          .slice(0, limit),
      ),
  }
}

function ownerOf({ choices }: LearningRows, key: EntitlementKey): { userId: UserId; courseId: CourseId } | null {
  if ('userId' in key) return key
  if ('id' in key) return choices.get(key.id) ?? null
  return [...choices.values()].find(({ grantKey }) => grantKey === key.grantKey) ?? null
}

function entitlementOf({ choices, entries }: LearningRows, userId: UserId, courseId: CourseId): CourseEntitlement {
  const own = [...choices.values()].filter((choice) => choice.userId === userId && choice.courseId === courseId)
  return {
    userId,
    courseId,
    choices: own.sort(oldestChoiceFirst),
    entry: entries.get(pairKey(userId, courseId)) ?? null,
  }
}

/** Stores everything, or nothing: all that may clash is checked before anything is written. */
function commitEntitlement(
  rows: LearningRows,
  { before, after, handled, actions }: EntitlementCommit,
): 'committed' | 'conflict' {
  const { userId, courseId } = before
  const stored = entitlementOf(rows, userId, courseId)
  const handledKey = handled === null ? null : pairKey(handled.messageId, handled.consumer)
  if (isStale(stored, before) || isDuplicate(rows, before, after)) return 'conflict'
  if (handledKey !== null && rows.handled.has(handledKey)) return 'conflict'

  for (const choice of after.choices) rows.choices.set(choice.id, choice)
  if (after.entry === null) rows.entries.delete(pairKey(userId, courseId))
  else rows.entries.set(pairKey(userId, courseId), after.entry)
  if (handled !== null && handledKey !== null) rows.handled.set(handledKey, handled)
  for (const action of actions) addIfAbsent(rows.actions, action.id, action)
  return 'committed'
}

function isStale(stored: CourseEntitlement, before: CourseEntitlement): boolean {
  const versions = new Map(stored.choices.map(({ id, version }) => [id, version]))
  return (
    before.choices.some(({ id, version }) => versions.get(id) !== version) ||
    currentChoice(stored)?.id !== currentChoice(before)?.id ||
    stored.entry?.chooseCourseId !== before.entry?.chooseCourseId
  )
}

/** True when a new choice's id or grant key belongs to a stored one. */
function isDuplicate({ choices }: LearningRows, before: CourseEntitlement, after: CourseEntitlement): boolean {
  const known = new Set(before.choices.map(({ id }) => id))
  const keys = new Set([...choices.values()].map(({ grantKey }) => grantKey))
  return after.choices.some(
    ({ id, grantKey }) => !known.has(id) && (choices.has(id) || (grantKey !== null && keys.has(grantKey))),
  )
}
