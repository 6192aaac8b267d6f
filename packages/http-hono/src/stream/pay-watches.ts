import type { Actor, OrderService, PayNo, PayRecord, Scheduler } from '@coursepay/core'
import type { Log } from '../log.js'
import type { PayState } from './pay-state.js'
import { type PayWatch, startPayWatch } from './pay-watch.js'

/** Somebody who waits for the end of one payment. */
export interface Watcher {
  /** What is stored now, changed or not. */
  tell(state: PayState): void
  /** Called now and then, so that a connection on which nothing happens is not cut on the way. */
  beat(): void
  /** Nothing more will come. */
  end(): void
}

export interface PayWatchDeps {
  readonly orders: OrderService
  readonly scheduler: Scheduler
  readonly log: Log
}

/** Who watches what. However many watch one payment, it is looked at once a second and asked for at the gateway as if by one. */
export interface PayWatches {
  /** `actor` must own the payment. The returned function ends it for this watcher; with the last one the looking ends. */
  join(payRecord: PayRecord, actor: Actor, watcher: Watcher): () => void
}

/** `closing`: when it aborts, every watcher is told the end, and so is whoever comes later. */
export function createPayWatches(deps: PayWatchDeps, closing?: AbortSignal): PayWatches {
  const watches = new Map<PayNo, PayWatch>()
  closing?.addEventListener('abort', () => {
    for (const watch of watches.values()) for (const watcher of watch.watchers) watcher.end()
  })
  return {
    join(payRecord, actor, watcher) {
      const { payNo } = payRecord
      if (closing?.aborted) {
        watcher.end()
        return () => {}
      }
      const watch = watches.get(payNo) ?? startPayWatch(payRecord, actor, deps)
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
