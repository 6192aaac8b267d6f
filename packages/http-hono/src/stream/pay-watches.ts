import type { Actor, OrderService, Payment, PayNo } from '@coursepay/core'
import type { Scheduler } from '@coursepay/core/ports'
import { describeErrorWithoutMessage, type Log, paymentIdFields } from '../log.js'
import { type PaymentWithOrderStatus, queryPaymentWithOrderStatus, readPaymentWithOrderStatus } from './pay-state.js'

/** An open stream of one payment. */
interface PayWatcher {
  /** What is stored now, changed or not. */
  sendState(state: PaymentWithOrderStatus): void
  /** Called now and then, so that a connection on which nothing happens is not cut on the way. */
  sendHeartbeat(): void
  /** Nothing more will come. */
  end(): void
}

interface PayWatchDeps {
  readonly orders: OrderService
  readonly scheduler: Scheduler
  readonly log: Log
}

/** The open streams by payment. All streams of one payment share one read a second and one query backoff. */
export interface PayWatches {
  /**
   * `actor` must own the payment. The returned function ends it for this watcher; with the last one the looking ends.
   */
  join(payment: Payment, actor: Actor, watcher: PayWatcher): () => void
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
      const watch = watches.get(payNo) ?? startSharedPayWatch(payment, actor, deps)
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

/** A notification may be booked by another process, so the store is looked at. */
const READ_INTERVAL_MS = 1_000
/** Seconds until the gateway is queried, and until each next query; the last one repeats. */
const QUERY_DELAYS_S = [1, 2, 5, 10] as const
const HEARTBEAT_INTERVAL_MS = 15_000

/** One payment that is looked at, and everybody who waits for it. */
interface PayWatch {
  readonly watchers: Set<PayWatcher>
  stop(): void
}

/** Looks until it is stopped. A gateway that hangs delays no news of the store. */
function startSharedPayWatch(payment: Payment, actor: Actor, { orders, scheduler, log }: PayWatchDeps): PayWatch {
  const watchers = new Set<PayWatcher>()
  let failing = false
  /** Runs one at a time; of failures in a row the first is logged. */
  const alone = (load: () => Promise<PaymentWithOrderStatus>) => {
    let running = false
    return async () => {
      if (running) return
      running = true
      try {
        const state = await load()
        failing = false
        for (const watcher of watchers) watcher.sendState(state)
      } catch (error) {
        if (!failing)
          log.error({ event: 'watch_failed', ...paymentIdFields(payment), ...describeErrorWithoutMessage(error) })
        failing = true
      }
      running = false
    }
  }
  const query = alone(() => queryPaymentWithOrderStatus(orders, payment.payNo, actor))
  const read = alone(() => readPaymentWithOrderStatus(orders, payment, actor))

  const isQueryDue = createQueryDueCheck()
  const stopReading = repeatAtFixedRate(READ_INTERVAL_MS, scheduler, () => void (isQueryDue() ? query() : read()))
  const stopBeating = repeatAtFixedRate(HEARTBEAT_INTERVAL_MS, scheduler, () => {
    for (const watcher of watchers) watcher.sendHeartbeat()
  })
  return {
    watchers,
    stop() {
      stopReading()
      stopBeating()
    },
  }
}

/** Called once a second: whether a query is due. */
function createQueryDueCheck(): () => boolean {
  let queries = 0
  let second = 0
  let due: number = QUERY_DELAYS_S[0]
  return () => {
    second += 1
    if (second < due) return false
    queries += 1
    due = second + (QUERY_DELAYS_S[queries] ?? QUERY_DELAYS_S[3])
    return true
  }
}

function repeatAtFixedRate(ms: number, scheduler: PayWatchDeps['scheduler'], task: () => void): () => void {
  let cancel = () => {}
  const again = () => {
    cancel = scheduler.schedule(ms, () => {
      again()
      task()
    })
  }
  again()
  return () => cancel()
}
