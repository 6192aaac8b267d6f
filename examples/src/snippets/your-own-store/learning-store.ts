import { ChoiceStatus, type Course, type CourseChoice, type CourseTableEntry } from '@coursepay/core'
import type {
  ChoiceCommit,
  CourseEntitlement,
  EntitlementKey,
  LearningStore,
  OperatorAction,
} from '@coursepay/core/ports'
import { addOnce, byId, type SnapshotFile, snapshotFile, sortBy } from './snapshot-file.js'

/** Choices, actions and courses by id; entries by user and course; handled messages by consumer and id. */
const noRows = {
  choices: new Map<string, CourseChoice>(),
  entries: new Map<string, CourseTableEntry>(),
  handled: new Set<string>(),
  actions: new Map<string, OperatorAction>(),
  courses: new Map<string, Course>(),
}
type LearningRows = typeof noRows

export interface FileLearningStore extends LearningStore {
  create(): Promise<void>
  publish(courses: readonly Course[]): Promise<void>
}

/** The learning centre's store in one file, which `create` makes. */
export function fileLearningStore(path: string): FileLearningStore {
  const file = snapshotFile(path, noRows)
  const { create, read, write } = file
  return {
    create,
    publish: (courses) =>
      write((rows) => void Object.assign(rows, { courses: new Map(courses.map((each) => [each.courseId, each])) })),
    choices: {
      find: (key) => read((rows) => entitlementNamedBy(rows, key)),
      isHandled: (consumer, id) => read(({ handled }) => handled.has(`${consumer} ${id}`)),
      commit: (commit) => write((rows) => commitChoice(rows, commit)),
      async page(userId, offset, limit) {
        const all = await read(({ entries }) => [...entries.values()].filter((entry) => entry.userId === userId))
        const newest = sortBy(
          all,
          (entry) => entry.createDate,
          (entry) => BigInt(entry.chooseCourseId),
        ).reverse()
        return { entries: newest.slice(offset, offset + limit), total: all.length }
      },
      async listWaiting(before, after, limit) {
        const choices = await read((rows) => sortBy(rows.choices.values(), byId))
        const waiting = choices.filter(
          ({ id, status, retired, createDate }) =>
            status === ChoiceStatus.waiting &&
            retired !== 'revoked' &&
            createDate < before &&
            (after === null || BigInt(id) > BigInt(after)),
        )
        return waiting.slice(0, limit).map(({ id }) => id)
      },
    },
    catalogue: {
      find: (courseId) => read(({ courses }) => courses.get(courseId) ?? null),
      list: () => read(({ courses }) => sortBy(courses.values(), (course) => course.courseId)),
    },
    operatorLog: fileOperatorLog(file),
  }
}

export function fileOperatorLog({
  read,
  write,
}: SnapshotFile<{ readonly actions: Map<string, OperatorAction> }>): LearningStore['operatorLog'] {
  return {
    append: (action) => write(({ actions }) => addOnce(actions, action.id, action)),
    async listOf(subject, limit) {
      const newest = await read(({ actions }) => sortBy(actions.values(), ({ at }) => at, byId).reverse())
      return newest.filter((a) => subject === null || [a.subject, a.orderId].includes(subject)).slice(0, limit)
    },
  }
}

function entitlementNamedBy(rows: LearningRows, key: EntitlementKey): CourseEntitlement | null {
  const choices = [...rows.choices.values()]
  const owner =
    'userId' in key
      ? key
      : choices.find((choice) => ('id' in key ? choice.id === key.id : choice.grantKey === key.grantKey))
  if (owner === undefined) return null
  const { userId, courseId } = owner
  const own = choices.filter((choice) => choice.userId === userId && choice.courseId === courseId)
  const oldestFirst = sortBy(own, ({ createDate }) => createDate, byId)
  return { userId, courseId, choices: oldestFirst, entry: rows.entries.get(`${userId} ${courseId}`) ?? null }
}

function commitChoice(rows: LearningRows, { before, after, handled, actions }: ChoiceCommit): 'committed' | 'conflict' {
  const { userId, courseId } = before
  const stored = entitlementNamedBy(rows, { userId, courseId })
  if (stored === null || stateOf(stored) !== stateOf(before)) return 'conflict'
  const known = new Set(before.choices.map(({ id }) => id))
  const grantKeys = new Set([...rows.choices.values()].map(({ grantKey }) => grantKey))
  for (const choice of after.choices) {
    const isNew = !known.has(choice.id)
    const isTaken = rows.choices.has(choice.id) || (choice.grantKey !== null && grantKeys.has(choice.grantKey))
    if (isNew && isTaken) return 'conflict'
    rows.choices.set(choice.id, choice)
  }
  if (after.entry === null) rows.entries.delete(`${userId} ${courseId}`)
  else rows.entries.set(`${userId} ${courseId}`, after.entry)
  const key = `${handled?.consumer} ${handled?.messageId}`
  if (handled !== null && rows.handled.has(key)) return 'conflict'
  if (handled !== null) rows.handled.add(key)
  for (const action of actions) addOnce(rows.actions, action.id, action)
  return 'committed'
}

/** What a commit was decided on: every choice at its version, and the entry. */
const stateOf = ({ choices, entry }: CourseEntitlement): string =>
  [...choices.map(({ id, version }) => `${id}@${version}`), entry?.chooseCourseId].join()
