import type { ChooseCourseId, CourseId, MessageId, UserId } from '../../shared/identifiers.js'
import type { OperatorAction } from '../../shared/operator-action.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { CourseTableEntry } from '../domain/course-choice.js'
import type { CourseEntitlement } from '../domain/course-entitlement.js'

/** What names one entitlement: a choice of it, the user and course, or the key of a grant without a payment. */
export type EntitlementKey =
  | { readonly id: ChooseCourseId }
  | { readonly userId: UserId; readonly courseId: CourseId }
  | { readonly grantKey: string }

/** A consumer's note that it has handled a message (its inbox, table `handled_message`). */
export interface HandledMessage {
  readonly consumer: string
  readonly messageId: MessageId
  readonly at: EpochMs
}

/** A transaction as data. Everything in it is stored, or nothing. */
export interface EntitlementCommit {
  readonly before: CourseEntitlement
  /**
   * The store inserts the choices that `before` lacks, writes those that differ, and replaces the table entry when it
   * differs: the old one is removed by its `chooseCourseId`. The same object as `before` when nothing of it changes.
   */
  readonly after: CourseEntitlement
  readonly handled: HandledMessage | null
  readonly actions: readonly OperatorAction[]
}

export interface CourseTablePage {
  readonly entries: readonly CourseTableEntry[]
  /** Of the whole table of this user. */
  readonly total: number
}

/**
 * Choices of courses and the course table (tables `xc_choose_course`, `xc_course_tables`). Every method may fail with
 * `store_unavailable`.
 */
export interface ChooseCourseRepository {
  /**
   * Outcome: every choice of the user and course with the course table's entry, as one commit left them. For a user and
   * course without any choice: an empty entitlement; for an unknown choice or grant key: null.
   */
  find(key: EntitlementKey): Promise<CourseEntitlement | null>

  /** Outcome: whether this consumer has handled the message. */
  isHandled(consumer: string, id: MessageId): Promise<boolean>

  /**
   * Outcome: `committed` once everything is durable. `conflict` when a choice of `before` is not at its version any
   * more, a new choice's id or grant key is taken, another choice is current, another entry is in the table, or the
   * message is handled already; then nothing is stored. Every choice of `before` is guarded; a changed one's `version`
   * is one higher in `after`. Repeated call: `conflict`. Concurrency: of commits of one version one wins. Retry:
   * `updateEntitlement` reads and decides again.
   */
  commit(commit: EntitlementCommit): Promise<'committed' | 'conflict'>

  /** Outcome: entries of a user, newest first; `offset` counts from 0. */
  page(userId: UserId, offset: number, limit: number): Promise<CourseTablePage>

  /**
   * Outcome: ids of up to `limit` choices, current or superseded, that wait for a payment since before `before`, in the
   * sequence of their ids, above `after`. A superseded one can still be paid by a code that was given out.
   */
  listWaiting(before: EpochMs, after: ChooseCourseId | null, limit: number): Promise<readonly ChooseCourseId[]>
}
