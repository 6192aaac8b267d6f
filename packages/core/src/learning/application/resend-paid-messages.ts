import { createBackoffTracker } from '../../shared/backoff-tracker.js'
import { forEachConcurrent } from '../../shared/for-each-concurrent.js'
import { type ChooseCourseId, outBusinessId } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import type { PaidMessageResender } from '../../shared/ports/paid-message-resender.js'
import { OrderType } from '../../shared/status-codes.js'
import type { LearningDependencies } from './learning-dependencies.js'

export interface ResendReport {
  /** Choices that had waited for more than a minute, those apart whose message was sent again a short time ago. */
  readonly checked: number
  /** Of them, paid: their message was sent again. */
  readonly resent: number
}

export interface ResendBatchSizes {
  /** Choices that one round asks about. */
  readonly usual: number
  /** The same behind the first paid one of a walk: many messages were lost, and they are found soon. */
  readonly afterFind: number
}

const MIN_CHOICE_WAIT_MS = 60_000
const MAX_BACKOFF_MS = 3_600_000
/** From the beginning of one walk to that of the next, at least. */
const MIN_WALK_INTERVAL_MS = 30_000
const MAX_CONCURRENT = 10

export const RESEND_INTERVAL_MS = 5_000
/** With a round every 5 s: 20 questions a second, and 100 a second while lost messages are found. */
const defaultBatchSizes: ResendBatchSizes = { usual: 100, afterFind: 500 }

/**
 * One round of the worker that finds paid orders without a course: it asks the order service about choices that have
 * waited for more than a minute, which sends the message of a paid one again. It walks all of them, a batch each round.
 */
export function resendPaidMessages(
  { store, clock }: Pick<LearningDependencies, 'store' | 'clock'>,
  paidMessageResender: PaidMessageResender,
  { usual, afterFind }: ResendBatchSizes = defaultBatchSizes,
) {
  /** A message that was sent again may wait for the broker or be dead. */
  const resent = createBackoffTracker<ChooseCourseId>(clock, MIN_CHOICE_WAIT_MS, MAX_BACKOFF_MS)
  let nextWalkAt: EpochMs = 0
  /** Null between two walks. */
  let walk: { readonly position: ChooseCourseId | null; readonly found: boolean } | null = null
  return async (): Promise<ResendReport> => {
    const now = clock.now()
    if (walk === null) {
      if (now < nextWalkAt) return { checked: 0, resent: 0 }
      nextWalkAt = now + MIN_WALK_INTERVAL_MS
      walk = { position: null, found: false }
    }
    const { position, found } = walk
    const limit = found ? afterFind : usual
    const waiting = await store.entitlements.listWaiting(now - MIN_CHOICE_WAIT_MS, position, limit)
    const due = waiting.filter(resent.isOver)
    let resentCount = 0
    await forEachConcurrent(due, MAX_CONCURRENT, async (id) => {
      if ((await paidMessageResender.resendMessage(OrderType.course, outBusinessId(id))) !== 'sent') return
      resent.backOff(id)
      resentCount += 1
    })
    const [last = null] = waiting.slice(-1)
    walk = waiting.length < limit ? null : { position: last, found: found || resentCount > 0 }
    // A choice that was not asked about for so long has its course.
    if (walk === null) resent.keep((_id, until) => until + MAX_BACKOFF_MS > clock.now())
    return { checked: due.length, resent: resentCount }
  }
}
