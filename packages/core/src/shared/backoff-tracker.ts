import type { Clock, EpochMs } from './ports/clock.js'

/** What is left alone for a while, twice as long each time. Each process has its own. */
export function createBackoffTracker<Id>(clock: Clock, minMs: number, maxMs: number) {
  const waiting = new Map<Id, { readonly until: EpochMs; readonly backoffMs: number }>()
  return {
    count: () => waiting.size,
    isOver: (id: Id): boolean => (waiting.get(id)?.until ?? 0) <= clock.now(),
    backOff(id: Id): void {
      const backoffMs = Math.min(2 * (waiting.get(id)?.backoffMs ?? minMs / 2), maxMs)
      waiting.set(id, { until: clock.now() + backoffMs, backoffMs })
    },
    /** Forgets all others: the next backoff of one of them is the shortest again. */
    keep(isKept: (id: Id, until: EpochMs) => boolean): void {
      for (const [id, { until }] of waiting) if (!isKept(id, until)) waiting.delete(id)
    },
  }
}
