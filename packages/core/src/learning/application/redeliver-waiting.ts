import type { ChooseCourseId } from '../../shared/identifiers.js'
import { outBusinessId } from '../../shared/identifiers.js'
import type { Clock, EpochMs } from '../../shared/ports/clock.js'
import type { PaidOrders } from '../../shared/ports/paid-orders.js'
import { OrderType } from '../../shared/status-codes.js'
import type { LearningDependencies } from './learning-dependencies.js'

export interface RedeliveryReport {
  /** Choices that had waited for more than a minute, those apart whose message was sent again a short time ago. */
  readonly checked: number
  /** Of them, paid: their message was sent again. */
  readonly resent: number
  /** A full batch was checked: more may wait. */
  readonly more: boolean
}

const MIN_WAIT_MS = 60_000
const MAX_PAUSE_MS = 3_600_000

/**
 * One round of the worker that finds paid orders without a course: it asks the order service about choices that have
 * waited for more than a minute, which sends the message of a paid one again. It walks all of them, a batch each round.
 */
export function redeliverWaiting(
  { store, clock }: Pick<LearningDependencies, 'store' | 'clock'>,
  paidOrders: PaidOrders,
  batch = 50,
) {
  const pauses = resendPauses(clock)
  let position: ChooseCourseId | null = null
  return async (): Promise<RedeliveryReport> => {
    const waiting = await store.choices.listWaiting(clock.now() - MIN_WAIT_MS, position, batch)
    const due = waiting.filter(pauses.isOver)
    let resent = 0
    for (const id of due) {
      if ((await paidOrders.resendMessage(OrderType.course, outBusinessId(id))) !== 'sent') continue
      pauses.begin(id)
      resent += 1
    }
    const isFull = waiting.length === batch
    position = isFull ? (waiting.at(-1) ?? null) : null
    if (position === null) pauses.forgetOld()
    return { checked: due.length, resent, more: isFull && resent > 0 }
  }
}

/**
 * A message that was sent again may wait for the broker or be dead: the next one comes after a minute, two, four … an
 * hour.
 */
function resendPauses(clock: Clock) {
  const paused = new Map<ChooseCourseId, { readonly until: EpochMs; readonly pauseMs: number }>()
  return {
    isOver: (id: ChooseCourseId): boolean => (paused.get(id)?.until ?? 0) <= clock.now(),
    begin(id: ChooseCourseId): void {
      const pauseMs = Math.min(2 * (paused.get(id)?.pauseMs ?? MIN_WAIT_MS / 2), MAX_PAUSE_MS)
      paused.set(id, { until: clock.now() + pauseMs, pauseMs })
    },
    /** A choice that was not asked about for so long has its course. */
    forgetOld(): void {
      for (const [id, { until }] of paused) if (until + MAX_PAUSE_MS <= clock.now()) paused.delete(id)
    },
  }
}
