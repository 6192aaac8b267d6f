import type { ChooseCourseId } from '../../shared/identifiers.js'
import { outBusinessId } from '../../shared/identifiers.js'
import type { PaidOrders } from '../../shared/ports/paid-orders.js'
import { OrderType } from '../../shared/status-codes.js'
import type { LearningDependencies } from './learning-dependencies.js'

export interface RedeliveryReport {
  /** Choices that had waited for more than a minute. */
  readonly checked: number
  /** Of them, paid: their message was sent again. */
  readonly resent: number
  /** A full batch was checked: more may wait. */
  readonly more: boolean
}

const MIN_WAIT_MS = 60_000

/**
 * One round of the worker that finds paid orders without a course: it asks the order service about choices that have waited for
 * more than a minute, which sends the message of a paid one again. It walks all of them, a batch each round.
 */
export function redeliverWaiting(
  { store, clock }: Pick<LearningDependencies, 'store' | 'clock'>,
  paidOrders: PaidOrders,
  batch = 50,
) {
  let position: ChooseCourseId | null = null
  return async (): Promise<RedeliveryReport> => {
    const waiting = await store.choices.listWaiting(clock.now() - MIN_WAIT_MS, position, batch)
    let resent = 0
    for (const id of waiting) {
      if ((await paidOrders.resendMessage(OrderType.course, outBusinessId(id))) === 'sent') resent += 1
    }
    const isFull = waiting.length === batch
    position = isFull ? (waiting.at(-1) ?? null) : null
    return { checked: waiting.length, resent, more: isFull && resent > 0 }
  }
}
