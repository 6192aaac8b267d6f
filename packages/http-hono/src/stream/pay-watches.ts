import type { Actor, Payment, PayNo } from '@coursepay/core'
import { type PayWatch, type PayWatchDeps, startPayWatch, type Watcher } from './pay-watch.js'

/** The open streams by payment. All streams of one payment share one read a second and one query backoff. */
export interface PayWatches {
  /**
   * `actor` must own the payment. The returned function ends it for this watcher; with the last one the looking ends.
   */
  join(payment: Payment, actor: Actor, watcher: Watcher): () => void
}

/** `closing`: when it aborts, every stream ends, also a later one. */
export function createPayWatches(deps: PayWatchDeps, closing?: AbortSignal): PayWatches {
  const watches = new Map<PayNo, PayWatch>()
  closing?.addEventListener('abort', () => {
    for (const watch of watches.values()) for (const watcher of watch.watchers) watcher.end()
  })
  return {
    join(payment, actor, watcher) {
      const { payNo } = payment
      if (closing?.aborted) {
        watcher.end()
        return () => {}
      }
      const watch = watches.get(payNo) ?? startPayWatch(payment, actor, deps)
      watches.set(payNo, watch)
      watch.watchers.add(watcher)
      return () => {
        if (!watch.watchers.delete(watcher) || watch.watchers.size > 0) return
        watch.stop()
        watches.delete(payNo)
      }
    },
  }
}
