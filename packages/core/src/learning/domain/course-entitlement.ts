import { DAY_MS } from '../../shared/beijing-day.js'
import type { ChooseCourseId, CourseId, UserId } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import { ChoiceStatus, ChoiceType } from '../../shared/status-codes.js'
import type { Course } from './course.js'
import { type CourseChoice, type CourseTableEntry, isExpired, newChoice, tableEntryOf } from './course-choice.js'

/**
 * The aggregate of learning: every choice that a user made of one course, and the entry of the course table that they
 * result in. Functions return the next one; nothing is changed in place.
 */
export interface CourseEntitlement {
  readonly userId: UserId
  readonly courseId: CourseId
  /** Oldest first. At most one is current. */
  readonly choices: readonly CourseChoice[]
  readonly entry: CourseTableEntry | null
}

export const emptyEntitlement = (userId: UserId, courseId: CourseId): CourseEntitlement => ({
  userId,
  courseId,
  choices: [],
  entry: null,
})

export const currentChoice = ({ choices }: CourseEntitlement): CourseChoice | null =>
  choices.find(({ retired }) => retired === null) ?? null

export const findChoice = ({ choices }: CourseEntitlement, id: ChooseCourseId): CourseChoice | null =>
  choices.find((choice) => choice.id === id) ?? null

/** A waiting choice whose price or validity is not the catalogue's any more, or whose course was withdrawn. */
export const isOutdatedChoice = (choice: CourseChoice, course: Course | null): boolean =>
  choice.status === ChoiceStatus.waiting &&
  (course === null || choice.coursePrice !== course.price || choice.validDays !== course.validDays)

interface NewChoiceFacts {
  readonly id: ChooseCourseId
  readonly course: Course
  readonly now: EpochMs
}

/**
 * Chooses a course: the current choice stands, unless it expired or is outdated; then a new one supersedes it. A free
 * course is granted at once.
 */
export function chooseCourse(entitlement: CourseEntitlement, { id, course, now }: NewChoiceFacts): CourseEntitlement {
  const current = currentChoice(entitlement)
  if (current !== null && !isExpired(current, now) && !isOutdatedChoice(current, course)) return entitlement
  const choice = newChoice({ id, userId: entitlement.userId, course, now })
  return withTableEntryOfBestChoice(addAsCurrentChoice(entitlement, choice), now)
}

/**
 * Grants a choice that was paid, also one that is superseded meanwhile: its code was given out. A revoked one stays
 * revoked.
 */
export function grantPaidChoice(entitlement: CourseEntitlement, id: ChooseCourseId, now: EpochMs): CourseEntitlement {
  const choice = findChoice(entitlement, id)
  if (choice === null || choice.status !== ChoiceStatus.waiting || choice.retired === 'revoked') return entitlement
  const validtimeEnd = now + choice.validDays * DAY_MS
  const granted = { status: ChoiceStatus.succeeded, validtimeStart: now, validtimeEnd }
  return withTableEntryOfBestChoice(promoteBestChoice(patchChoice(entitlement, id, granted)), now)
}

/** Revokes one choice, after its payment was refunded. Others, such as a grant by an operator, stay. */
export function revokeChoice(entitlement: CourseEntitlement, id: ChooseCourseId, now: EpochMs): CourseEntitlement {
  const choice = findChoice(entitlement, id)
  if (choice === null || choice.retired === 'revoked') return entitlement
  const revoked = patchChoice(entitlement, id, { retired: 'revoked' })
  return withTableEntryOfBestChoice(currentChoice(revoked) === null ? promoteBestChoice(revoked) : revoked, now)
}

/**
 * Gives a course without a payment. `key` names the grant: one that is there already changes nothing. A grant that
 * ends before what the user has already shortens nothing.
 */
export function grantCourseWithoutPayment(
  entitlement: CourseEntitlement,
  facts: NewChoiceFacts & { readonly key: string; readonly days: number | null },
): CourseEntitlement {
  const { id, course, now, key, days } = facts
  if (entitlement.choices.some(({ grantKey }) => grantKey === key)) return entitlement
  const validDays = days ?? course.validDays
  const choice: CourseChoice = {
    ...newChoice({ id, userId: entitlement.userId, course, now }),
    orderType: ChoiceType.free,
    status: ChoiceStatus.succeeded,
    validDays,
    validtimeEnd: now + validDays * DAY_MS,
    grantKey: key,
  }
  return withTableEntryOfBestChoice(promoteBestChoice(addAsCurrentChoice(entitlement, choice)), now)
}

/** Takes the course away, however it came: by payment, free, or granted. */
export function revokeGrantedChoices(entitlement: CourseEntitlement, now: EpochMs): CourseEntitlement {
  if (!entitlement.choices.some(isGrantedChoice)) return entitlement
  const choices = entitlement.choices.map(
    (choice): CourseChoice => (isGrantedChoice(choice) ? { ...choice, retired: 'revoked' } : choice),
  )
  return withTableEntryOfBestChoice({ ...entitlement, choices }, now)
}

function addAsCurrentChoice(entitlement: CourseEntitlement, choice: CourseChoice): CourseEntitlement {
  const { choices } = retireCurrentChoice(entitlement)
  return { ...entitlement, choices: [...choices, choice] }
}

function retireCurrentChoice(entitlement: CourseEntitlement): CourseEntitlement {
  const current = currentChoice(entitlement)
  return current === null ? entitlement : patchChoice(entitlement, current.id, { retired: 'superseded' })
}

/** The granted choice that is valid longest becomes the current one. */
function promoteBestChoice(entitlement: CourseEntitlement): CourseEntitlement {
  const best = bestGrantedChoice(entitlement)
  if (best === null || best.retired === null) return entitlement
  return patchChoice(retireCurrentChoice(entitlement), best.id, { retired: null })
}

function patchChoice(entitlement: CourseEntitlement, id: ChooseCourseId, change: Partial<CourseChoice>) {
  const choices = entitlement.choices.map((choice) => (choice.id === id ? { ...choice, ...change } : choice))
  return { ...entitlement, choices }
}

const isGrantedChoice = ({ status, retired }: CourseChoice) =>
  status === ChoiceStatus.succeeded && retired !== 'revoked'

const bestGrantedChoice = ({ choices }: CourseEntitlement): CourseChoice | null =>
  choices.filter(isGrantedChoice).toSorted((one, other) => other.validtimeEnd - one.validtimeEnd)[0] ?? null

/** The course table has one entry for each user and course: that of the granted choice that is valid longest. */
function withTableEntryOfBestChoice(entitlement: CourseEntitlement, now: EpochMs): CourseEntitlement {
  const best = bestGrantedChoice(entitlement)
  // A granted choice keeps its times.
  if (best?.id === entitlement.entry?.chooseCourseId) return entitlement
  return { ...entitlement, entry: best === null ? null : tableEntryOf(best, now) }
}
